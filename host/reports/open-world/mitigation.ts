import { canonicalJson } from '#contract/canonical-json.ts';
import type { SeedSpread } from '#contract/compare.ts';
import type { MitigationCell, MitigationRow, MitigationView } from '#contract/open-world-views.ts';
import type { Scalar, Settings } from '#contract/run.ts';
import { measureSeeds } from '../statistics/seed-spread.ts';
import type { Detect } from './detect.ts';
import { isAcceptedBy, isClassifiedCleanly, isOnTarget, jointRateOf, rateOf, shareOf } from './rates.ts';
import {
  detectorsOf,
  inDistribution,
  measurementsAt,
  sourcesOf,
  type Measurement,
  type OpenWorldGroup,
} from './read-open-world-runs.ts';

type Point = { readonly attack: string; readonly epsilon: number };

/** A row for each group, those trained on outliers beside their baselines; no rows where none was trained on any. */
export function mitigation(groups: readonly OpenWorldGroup[], point: Point, detect: Detect): MitigationView {
  const hasTrained = groups.some(({ group }) => seenIn(group.settings).length > 0);
  return { ...point, rows: hasTrained ? groups.map((own) => rowOf(own, groups, { point, detect })) : [] };
}

const outliersPath = /(?:^|\.)objective\.outliers$/;

/** Names of the sources whose inputs any training of a run saw, that within pruning too. */
const seenIn = (settings: Settings): string[] => [
  ...new Set(
    Object.entries(settings).flatMap(([path, name]) => (outliersPath.test(path) ? [String(name)] : [])),
  ),
];

/** Whether any training of a run made up inputs of no class beside its images. */
const generates = (settings: Settings): boolean =>
  Object.entries(settings).some(([path, kind]) => objectivePath.test(path) && kind === 'calibrated');

const objectivePath = /(?:^|\.)objective$/;

type Context = { readonly point: Point; readonly detect: Detect };

function rowOf(own: OpenWorldGroup, all: readonly OpenWorldGroup[], context: Context): MitigationRow {
  const { id, label, density, settings } = own.group;
  const seen = seenIn(settings);
  const baseline = seen.length === 0 && !generates(settings) ? undefined : baselineOf(own, all);
  const clean = cleanInputs(own);
  return {
    group: id,
    label,
    density,
    seen,
    clean: rateOf(clean, isClassifiedCleanly),
    cleanCost: baseline && costOf(clean, cleanInputs(baseline)),
    baseline: baseline?.group.label,
    detectors: detectorsOf([own], context.point.attack).map((detector) => ({
      detector,
      cells: sourcesOf([own]).map((source) => cellOf(own, { source, detector, seen, ...context })),
    })),
  };
}

const cleanInputs = (own: OpenWorldGroup): Measurement[] =>
  measurementsAt(own, { origin: inDistribution, attack: '', epsilon: 0 });

/** The same run whose trainings leave their outliers out; where the study has none, one that differs in objectives alone. */
function baselineOf({ group }: OpenWorldGroup, all: readonly OpenWorldGroup[]): OpenWorldGroup | undefined {
  const { settings } = group;
  const rest = restOf(settings);
  const fitting = all.filter(
    ({ group: other }) =>
      seenIn(other.settings).length === 0 && !generates(other.settings) && restOf(other.settings) === rest,
  );
  const objectives = Object.keys(settings).filter((path) => objectivePath.test(path));
  const isSame = ({ group: other }: OpenWorldGroup): boolean =>
    objectives.every((path) => other.settings[path] === withoutOutliers(settings, path));
  return fitting.find(isSame) ?? fitting[0];
}

/** Adversarial training is what outliers are added to where they are attacked, natural training elsewhere. */
function withoutOutliers(settings: Settings, objective: string): Scalar | undefined {
  if (settings[objective] === 'calibrated') return 'natural';
  if (settings[`${objective}.outliers`] === undefined) return settings[objective];
  return settings[objective] === 'outlier-adversarial' ? 'adversarial' : 'natural';
}

/** All settings but the objectives'. */
const restOf = (settings: Settings): string =>
  canonicalJson(
    Object.fromEntries(Object.entries(settings).filter(([path]) => !/(?:^|\.)objective(?:\.|$)/.test(path))),
  );

/** Over common seeds: what the baseline classifies correctly, less what this does. */
function costOf(own: readonly Measurement[], baseline: readonly Measurement[]): SeedSpread | undefined {
  return measureSeeds(
    own.flatMap((each) => {
      const other = baseline.find(({ run }) => run.seed === each.run.seed);
      return other === undefined
        ? []
        : [shareOf(other, isClassifiedCleanly) - shareOf(each, isClassifiedCleanly)];
    }),
  );
}

type CellContext = Context & {
  readonly source: string;
  readonly detector: string;
  readonly seen: readonly string[];
};

function cellOf(own: OpenWorldGroup, { source, detector, seen, point, detect }: CellContext): MitigationCell {
  const at = (origin: string, epsilon: number): Measurement[] =>
    measurementsAt(own, { attack: point.attack, origin, epsilon, detector });
  const [clean, attacked] = [at(source, 0), at(source, point.epsilon)];
  return {
    source,
    // A made source that was seen with other settings was seen.
    isSeen: seen.some((name) => source === name || source.startsWith(`${name} `)),
    target: rateOf(attacked, isOnTarget),
    acceptedClean: rateOf(clean, isAcceptedBy(detector)),
    acceptedAttacked: rateOf(attacked, isAcceptedBy(detector)),
    joint: jointRateOf(attacked, detector),
    auroc: detect(at(inDistribution, 0), attacked, detector)?.auroc,
  };
}
