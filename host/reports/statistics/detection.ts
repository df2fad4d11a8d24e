/** How well scores tell two kinds of inputs apart; a higher score means more in-distribution. Needs a score of each. */
export type Detection = {
  /** Chance that an in-distribution input scores above one of no class; ties count one half. */
  readonly auroc: number;
  /** Area under precision and recall, with in-distribution inputs, or those of no class, as what is looked for. */
  readonly auprIn: AreaUnderPrecision;
  readonly auprOut: AreaUnderPrecision;
  /** In-distribution is what is looked for: at a threshold that accepts 95 % of it, the share of the others accepted. */
  readonly outAcceptedAt95: OperatingPoint;
  /** The other way round: at a threshold that flags 95 % of inputs of no class, the share of in-distribution flagged. */
  readonly inFlaggedAt95: OperatingPoint;
};
type AreaUnderPrecision = {
  /** Sum of recall steps times precision, without interpolation. */
  readonly averagePrecision: number;
  /** Trapezoids in the plane of recall and precision, from (0, 1). */
  readonly trapezoid: number;
};
type OperatingPoint = {
  /** False positive rate. */
  readonly rate: number;
  /** Of in-distribution: accepted at or above it. Of no class: flagged at or below it. */
  readonly threshold: number;
  /** True positive rate reached: the first that is 0.95 or more, without interpolation. */
  readonly reached: number;
};

export function measureDetection(inScores: ArrayLike<number>, outScores: ArrayLike<number>): Detection {
  const falling = tiedSteps(inScores, outScores);
  const rising = falling.toReversed().map(({ score, ins, outs }) => ({ score, ins: outs, outs: ins }));
  return {
    auroc: areaUnderRoc(falling),
    auprIn: areaUnderPrecision(falling),
    auprOut: areaUnderPrecision(rising),
    outAcceptedAt95: operatingPoint(falling),
    inFlaggedAt95: operatingPoint(rising),
  };
}

/** A distinct score, and how many of what is looked for (`ins`) and of the others have it. */
type TiedStep = { readonly score: number; readonly ins: number; readonly outs: number };

/** The distinct scores, highest first: tied scores move together. */
function tiedSteps(inScores: ArrayLike<number>, outScores: ArrayLike<number>): TiedStep[] {
  const [ins, outs] = [countsOf(inScores), countsOf(outScores)];
  if (ins.size === 0 || outs.size === 0)
    throw new RangeError(
      `Scores of both kinds were expected, got ${inScores.length} and ${outScores.length}.`,
    );
  return [...new Set([...ins.keys(), ...outs.keys()])]
    .sort((left, right) => right - left)
    .map((score) => ({ score, ins: ins.get(score) ?? 0, outs: outs.get(score) ?? 0 }));
}

function countsOf(scores: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index]!;
    if (Number.isNaN(score)) throw new RangeError(`Score ${index} is no number.`);
    counts.set(score, (counts.get(score) ?? 0) + 1);
  }
  return counts;
}

/** Pairs won, by whole numbers: halves are counted in twos so that nothing is rounded before the division. */
function areaUnderRoc(falling: readonly TiedStep[]): number {
  const total = totals(falling);
  let above = 0;
  let twiceWon = 0;
  for (const { ins, outs } of falling) {
    twiceWon += outs * (2 * above + ins);
    above += ins;
  }
  return twiceWon / (2 * total.ins * total.outs);
}

function areaUnderPrecision(steps: readonly TiedStep[]): AreaUnderPrecision {
  const total = totals(steps).ins;
  let [hits, misses, recall, precision] = [0, 0, 0, 1];
  let [averagePrecision, trapezoid] = [0, 0];
  for (const { ins, outs } of steps) {
    hits += ins;
    misses += outs;
    const [nextRecall, nextPrecision] = [hits / total, hits / (hits + misses)];
    averagePrecision += (nextRecall - recall) * nextPrecision;
    trapezoid += ((nextRecall - recall) * (precision + nextPrecision)) / 2;
    [recall, precision] = [nextRecall, nextPrecision];
  }
  return { averagePrecision, trapezoid };
}

/** 95 % is asked in whole numbers: 19 of 20 reaches it, whatever 0.95 is in binary. */
function operatingPoint(steps: readonly TiedStep[]): OperatingPoint {
  const total = totals(steps);
  let [hits, misses] = [0, 0];
  for (const { score, ins, outs } of steps) {
    hits += ins;
    misses += outs;
    if (100 * hits >= 95 * total.ins)
      return { rate: misses / total.outs, threshold: score, reached: hits / total.ins };
  }
  throw new Error('The last threshold takes everything, so that it reaches 95 %.');
}

const totals = (steps: readonly TiedStep[]): { readonly ins: number; readonly outs: number } => ({
  ins: steps.reduce((sum, step) => sum + step.ins, 0),
  outs: steps.reduce((sum, step) => sum + step.outs, 0),
});
