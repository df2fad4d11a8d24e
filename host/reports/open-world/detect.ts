import { setImmediate as turn } from 'node:timers/promises';
import type { DetectionView } from '#contract/open-world-views.ts';
import { bootstrapAuroc } from '../statistics/bootstrap-auroc.ts';
import { measureDetection } from '../statistics/detection.ts';
import { measureProportion } from '../statistics/proportion.ts';
import { measureSeeds } from '../statistics/seed-spread.ts';
import { estimateOf } from './rates.ts';
import type { Measurement } from './read-open-world-runs.ts';

/** How well a detector tells clean in-distribution inputs from others, over the seeds that have both. */
export type Detect = (
  ins: readonly Measurement[],
  outs: readonly Measurement[],
  detector: string,
) => DetectionView | undefined;

/** Several views ask about the same scores: each pair is measured once. */
export type DetectionMemory = {
  readonly detect: Detect;
  /** What `ask` says once every pair that it needs is measured; between pairs, of which there may be hundreds, others get their turn. */
  readonly settle: <Answer>(ask: (detect: Detect) => Answer) => Promise<Answer>;
};

export function rememberedDetection(): DetectionMemory {
  const known = new Map<string, OneSeed | undefined>();
  const measure = (pair: Pair): OneSeed | undefined => {
    const key = keyOf(pair);
    if (!known.has(key)) known.set(key, measureSeed(pair));
    return known.get(key);
  };
  return {
    detect: detectBy(measure),
    settle: async (ask) => {
      const missing: Pair[] = [];
      const answer = ask(
        detectBy((pair) => {
          if (!known.has(keyOf(pair))) missing.push(pair);
          return known.get(keyOf(pair));
        }),
      );
      if (missing.length === 0) return answer;
      for (const pair of missing) {
        measure(pair);
        await turn();
      }
      return ask(detectBy(measure));
    },
  };
}

type Pair = { readonly own: Measurement; readonly other: Measurement; readonly detector: string };

const keyOf = ({ own, other, detector }: Pair): string => `${own.stage} ${other.stage} ${detector}`;

const detectBy =
  (measure: (pair: Pair) => OneSeed | undefined): Detect =>
  (ins, outs, detector) =>
    overSeeds(
      ins.flatMap((own) => {
        const other = outs.find(({ run }) => run.seed === own.run.seed);
        return (other && measure({ own, other, detector })) ?? [];
      }),
    );

type OneSeed = ReturnType<typeof measureDetection> & {
  readonly interval: { readonly low: number; readonly high: number };
  readonly inCount: number;
  readonly outCount: number;
};

function measureSeed({ own, other, detector }: Pair): OneSeed | undefined {
  const [ins, outs] = [own.shown.scores[detector], other.shown.scores[detector]];
  if (ins === undefined || outs === undefined || ins.length === 0 || outs.length === 0) return undefined;
  return {
    ...measureDetection(ins, outs),
    interval: bootstrapAuroc(ins, outs),
    inCount: ins.length,
    outCount: outs.length,
  };
}

function overSeeds(seeds: readonly OneSeed[]): DetectionView | undefined {
  const auroc = estimateOf(seeds.map((seed) => ({ value: seed.auroc, ...seed.interval })));
  const outAcceptedAt95 = estimateOf(
    seeds.map(({ outAcceptedAt95: { rate }, outCount }) => measureProportion(rate * outCount, outCount)),
  );
  const inFlaggedAt95 = estimateOf(
    seeds.map(({ inFlaggedAt95: { rate }, inCount }) => measureProportion(rate * inCount, inCount)),
  );
  const auprIn = measureSeeds(seeds.map((seed) => seed.auprIn.averagePrecision));
  const auprOut = measureSeeds(seeds.map((seed) => seed.auprOut.averagePrecision));
  return (
    auroc &&
    outAcceptedAt95 &&
    inFlaggedAt95 &&
    auprIn &&
    auprOut && {
      auroc,
      outAcceptedAt95,
      inFlaggedAt95,
      auprIn,
      auprOut,
    }
  );
}
