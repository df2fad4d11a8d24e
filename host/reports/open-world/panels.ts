import { describeOpenWorld } from '#contract/open-world.ts';
import type { DetectorPoint, OpenWorldPanel, OpenWorldPoint, Twins } from '#contract/open-world-views.ts';
import type { Detect } from './detect.ts';
import { confidenceOf, isAcceptedBy, isOnTarget, jointRateOf, rateOf } from './rates.ts';
import {
  attacksOf,
  detectorsOf,
  epsilonsOf,
  inDistribution,
  measurementsAt,
  settingsOfAttack,
  sourcesOf,
  type Measurement,
  type OpenWorldGroup,
} from './read-open-world-runs.ts';
import { successRatio } from './success-ratio.ts';

export type PanelFilter = {
  readonly group?: string | undefined;
  readonly source?: string | undefined;
  readonly attack?: string | undefined;
};

/** A panel for each group, source and attack, in that order. */
export const openWorldPanels = (
  groups: readonly OpenWorldGroup[],
  detect: Detect,
  filter: PanelFilter = {},
): OpenWorldPanel[] =>
  groups
    .filter(({ group }) => filter.group === undefined || group.id === filter.group)
    .flatMap((own) =>
      attacksOf([own])
        .filter((attack) => filter.attack === undefined || attack === filter.attack)
        .flatMap((attack) =>
          sourcesOf([own])
            .filter((source) => filter.source === undefined || source === filter.source)
            .flatMap((source) => panelOf(own, { source, attack, detect })),
        ),
    );

type Curve = { readonly source: string; readonly attack: string; readonly detect: Detect };

/** A source that the attack was not asked about has no panel. */
function panelOf(own: OpenWorldGroup, { source, attack, detect }: Curve): OpenWorldPanel[] {
  const settings = settingsOfAttack([ofSource(own, source)], attack);
  const [threat] = settings.toSorted((left, right) => right.epsilon - left.epsilon);
  if (threat === undefined) return [];
  const epsilons = epsilonsOf([ofSource(own, source)], attack);
  const { id, label, density } = own.group;
  return [
    {
      group: id,
      label,
      density,
      source,
      attack,
      threat: describeOpenWorld(threat),
      points: epsilons.map((epsilon) => pointOf(own, { origin: source, attack, epsilon })),
      detectors: detectorsOf([ofSource(own, source)], attack).map((detector) => ({
        detector,
        points: epsilons.map((epsilon) =>
          detectorPointOf(own, { origin: source, attack, epsilon, detector }, detect),
        ),
      })),
    },
  ];
}

const ofSource = ({ asked }: OpenWorldGroup, source: string): Pick<OpenWorldGroup, 'asked'> => ({
  asked: asked.filter((setting) => sourcesOf([{ asked: [setting] }]).includes(source)),
});

type Asked = { readonly origin: string; readonly attack: string; readonly epsilon: number };

/** Evaluations of the source and of the task's own inputs by the same rule. */
const twinsAt = (
  own: OpenWorldGroup,
  place: Asked & { readonly detector?: string },
): Twins<readonly Measurement[]> => ({
  in: measurementsAt(own, { ...place, origin: inDistribution }),
  out: measurementsAt(own, place),
});

const mapTwins = <From, To>(twins: Twins<From>, map: (value: From) => To | undefined): Twins<To> => ({
  in: twins.in === undefined ? undefined : map(twins.in),
  out: twins.out === undefined ? undefined : map(twins.out),
});

function pointOf(own: OpenWorldGroup, place: Asked): OpenWorldPoint {
  const attacked = twinsAt(own, place);
  const unperturbed = twinsAt(own, { ...place, epsilon: 0 });
  return {
    epsilon: place.epsilon,
    target: mapTwins(attacked, (each) => rateOf(each, isOnTarget)),
    baseRate: mapTwins(unperturbed, (each) => rateOf(each, isOnTarget)),
    ratio:
      place.epsilon === 0
        ? { kind: 'undefined', reason: 'Nothing is perturbed at epsilon 0: these are the base rates.' }
        : successRatio({ attacked, unperturbed }),
    confidence: mapTwins(attacked, confidenceOf),
  };
}

function detectorPointOf(
  own: OpenWorldGroup,
  place: Asked & { readonly detector: string },
  detect: Detect,
): DetectorPoint {
  const { detector, epsilon } = place;
  const attacked = twinsAt(own, place);
  const clean = measurementsAt(own, { ...place, origin: inDistribution, epsilon: 0 });
  return {
    epsilon,
    accepted: mapTwins(attacked, (each) => rateOf(each, isAcceptedBy(detector))),
    joint: mapTwins(attacked, (each) => jointRateOf(each, detector)),
    detection: detect(clean, attacked.out ?? [], detector),
  };
}
