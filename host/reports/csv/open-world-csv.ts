import { openWorldAttackName, openWorldName, originName } from '#contract/open-world.ts';
import type { SuccessRatio } from '#contract/open-world-views.ts';
import type { Detect } from '../open-world/detect.ts';
import type { OpenWorldReport } from '../open-world/open-world-report.ts';
import { countInputs, inputsOf, isAcceptedBy, isOnTarget, jointShareOf } from '../open-world/rates.ts';
import {
  inDistribution,
  measurementsAt,
  type Measurement,
  type OpenWorldGroup,
} from '../open-world/read-open-world-runs.ts';
import { successRatio } from '../open-world/success-ratio.ts';
import { measureProportion } from '../statistics/proportion.ts';
import type { Group, ReportRun } from '../study/compared-runs.ts';

type Cell = string | number | undefined;
type Line = { readonly group: Group; readonly run: ReportRun; readonly cells: readonly Cell[] };

/** Beyond the columns of every report. A ratio stands in one line with its base-rate-corrected twin. */
export const openWorldColumns = ['origin', 'detector', 'measure', 'value', 'corrected'] as const;

/** One line for every open-world number of every run. */
export const openWorldLines = ({ groups, detect }: OpenWorldReport): Line[] =>
  groups.flatMap((own) =>
    own.measurements.flatMap((each) =>
      numbersOf(own, each, detect).map((cells) => ({ group: own.group, run: each.run, cells })),
    ),
  );

function numbersOf(own: OpenWorldGroup, each: Measurement, detect: Detect): Cell[][] {
  const { confidences, scores } = each.shown;
  const detectors = Object.keys(scores);
  const rate = (measure: string, detector: string | undefined, count: number): Cell[] => {
    const { successes, total, value, low, high } = measureProportion(count, inputsOf(each));
    return lineOf(each, { measure, detector, value, counts: { successes, total }, interval: { low, high } });
  };
  const mean = confidences.reduce((sum, value) => sum + value, 0) / confidences.length;
  return [
    rate('target success', undefined, countInputs(each, isOnTarget)),
    lineOf(each, { measure: 'confidence', value: mean }),
    ...ratioLine(own, each),
    ...detectors.flatMap((detector) => [
      rate('accepted', detector, countInputs(each, isAcceptedBy(detector))),
      rate('joint success', detector, Math.round(jointShareOf(each, detector) * inputsOf(each))),
      ...detectionLines(own, each, { detector, detect }),
    ]),
  ];
}

type OneNumber = {
  readonly measure: string;
  readonly detector?: string | undefined;
  readonly value: number;
  readonly corrected?: number;
  readonly counts?: { readonly successes: number; readonly total: number };
  readonly interval?: { readonly low: number; readonly high: number } | undefined;
};

/** In the order of the columns: those of every report, of which accuracy stays empty, then the open world's own. */
const lineOf = (
  { setting }: Measurement,
  { measure, detector, value, corrected, counts, interval }: OneNumber,
): Cell[] => [
  openWorldName(setting),
  setting.norm,
  setting.epsilon,
  counts?.successes,
  counts?.total,
  undefined,
  interval?.low,
  interval?.high,
  originName(setting),
  detector,
  measure,
  value,
  corrected,
];

function ratioLine(own: OpenWorldGroup, each: Measurement): Cell[][] {
  const { setting } = each;
  if (setting.epsilon === 0 || setting.source === 'in-distribution') return [];
  const at = (origin: string, epsilon: number): Measurement[] =>
    measurementsAt(own, { origin, epsilon, attack: openWorldAttackName(setting) }).filter(
      ({ run }) => run.seed === each.run.seed,
    );
  const source = originName(setting);
  const ratio: SuccessRatio = successRatio({
    attacked: { in: at(inDistribution, setting.epsilon), out: [each] },
    unperturbed: { in: at(inDistribution, 0), out: at(source, 0) },
  });
  return ratio.kind === 'undefined'
    ? []
    : [
        lineOf(each, {
          measure: 'target ratio',
          value: ratio.plain.value,
          corrected: ratio.corrected.value,
        }),
      ];
}

type Judged = { readonly detector: string; readonly detect: Detect };

function detectionLines(own: OpenWorldGroup, each: Measurement, { detector, detect }: Judged): Cell[][] {
  if (each.setting.source === 'in-distribution') return [];
  const clean = measurementsAt(own, { origin: inDistribution, attack: '', epsilon: 0, detector });
  const found = detect(clean, [each], detector);
  if (found === undefined) return [];
  const numbers = [
    ['AUROC', found.auroc],
    ['outliers accepted at 95 % of in-distribution', found.outAcceptedAt95],
    ['in-distribution flagged at 95 % of outliers', found.inFlaggedAt95],
  ] as const;
  return [
    ...numbers.map(([measure, { value, low, high }]) =>
      lineOf(each, { measure, detector, value: value.mean, interval: { low, high } }),
    ),
    lineOf(each, { measure: 'AUPR in', detector, value: found.auprIn.mean }),
    lineOf(each, { measure: 'AUPR out', detector, value: found.auprOut.mean }),
  ];
}
