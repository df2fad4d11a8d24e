import type {
  OpenWorldDensityPoint,
  OpenWorldDensityView,
  OpenWorldEstimate,
} from '#contract/open-world-views.ts';
import { listLines } from '../study/group-lines.ts';
import type { Detect } from './detect.ts';
import { isAcceptedBy, isOnTarget, rateOf } from './rates.ts';
import {
  detectorsOf,
  inDistribution,
  measurementsAt,
  type OpenWorldGroup,
  type Place,
} from './read-open-world-runs.ts';

type Asked = Omit<Place, 'detector'>;
type Measure = {
  readonly id: string;
  readonly title: string;
  readonly of: (own: OpenWorldGroup) => OpenWorldEstimate | undefined;
};

/** Open-world measures over density: a measure that no network has is left out. */
export function openWorldDensity(
  groups: readonly OpenWorldGroup[],
  place: Asked,
  detect: Detect,
): OpenWorldDensityView {
  const lines = listLines(groups.map(({ group }) => group));
  const byId = new Map(groups.map((own) => [own.group.id, own]));
  const measures = measuresOf(groups, place, detect).map(({ id, title, of }) => ({
    id,
    title,
    lines: lines.map((line) => ({
      name: line.name,
      points: line.groups
        .flatMap((group): OpenWorldDensityPoint[] => {
          const own = byId.get(group.id);
          const value = own && of(own);
          return value === undefined
            ? []
            : [
                {
                  group: group.id,
                  density: group.density,
                  value: value.value,
                  low: value.low,
                  high: value.high,
                },
              ];
        })
        .sort((left, right) => right.density - left.density),
    })),
  }));
  return { measures: measures.filter(({ lines: each }) => each.some(({ points }) => points.length > 0)) };
}

function measuresOf(groups: readonly OpenWorldGroup[], place: Asked, detect: Detect): Measure[] {
  const ofInputs = { ...place, origin: inDistribution };
  return [
    {
      id: 'target out',
      title: `Target success, ${place.origin}`,
      of: (own) => rateOf(measurementsAt(own, place), isOnTarget),
    },
    {
      id: 'target in',
      title: 'Target success, in-distribution',
      of: (own) => rateOf(measurementsAt(own, ofInputs), isOnTarget),
    },
    ...detectorsOf(groups, place.attack).flatMap((detector): Measure[] => [
      {
        id: `accepted out ${detector}`,
        title: `Accepted by ${detector}, ${place.origin}`,
        of: (own) => rateOf(measurementsAt(own, { ...place, detector }), isAcceptedBy(detector)),
      },
      {
        id: `auroc ${detector}`,
        title: `AUROC of ${detector}, ${place.origin}`,
        of: (own) =>
          detect(
            measurementsAt(own, { ...ofInputs, epsilon: 0, detector }),
            measurementsAt(own, { ...place, detector }),
            detector,
          )?.auroc,
      },
    ]),
  ];
}
