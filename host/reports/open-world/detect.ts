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
export function rememberedDetection(): Detect {
  const known = new Map<string, OneSeed | undefined>();
  const once = (own: Measurement, other: Measurement, detector: string): OneSeed | undefined => {
    const key = `${own.stage} ${other.stage} ${detector}`;
    if (!known.has(key)) known.set(key, measureSeed(own, other, detector));
    return known.get(key);
  };
  return (ins, outs, detector) =>
    overSeeds(
      ins.flatMap((own) => {
        const other = outs.find(({ run }) => run.seed === own.run.seed);
        const measured = other === undefined ? undefined : once(own, other, detector);
        return measured === undefined ? [] : [measured];
      }),
    );
}

type OneSeed = ReturnType<typeof measureDetection> & {
  readonly interval: { readonly low: number; readonly high: number };
  readonly inCount: number;
  readonly outCount: number;
};

function measureSeed(own: Measurement, other: Measurement, detector: string): OneSeed | undefined {
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
