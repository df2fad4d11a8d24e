/** Scores of one example by several layers become one: `sum(weights * scores) + bias`. */
export type LayerWeights = { readonly weights: Float64Array; readonly bias: number };

/** Of the standardised weights: with few or separable examples the regression has no end without it. */
const penalty = 1e-2;
const rounds = 50;

/**
 * Logistic regression that tells clean examples (rows of layer scores) from odd ones, by Newton's method in float64 on
 * standardised scores, with a small ridge.
 */
export function weighLayers(clean: readonly Float64Array[], odd: readonly Float64Array[]): LayerWeights {
  const rows = [...clean, ...odd];
  const layers = rows[0]?.length ?? 0;
  const means = Float64Array.from({ length: layers }, (_, l) => average(rows.map((row) => row[l]!)));
  const spreads = Float64Array.from(
    { length: layers },
    (_, l) => Math.sqrt(average(rows.map((row) => (row[l]! - means[l]!) ** 2))) || 1,
  );
  const inputs = rows.map((row) => [...row.map((value, l) => (value - means[l]!) / spreads[l]!), 1]);
  const answers = rows.map((_, i) => (i < clean.length ? 1 : 0));
  let found = new Array<number>(layers + 1).fill(0);
  for (let round = 0; round < rounds; round += 1) {
    const step = newtonStep(inputs, answers, found);
    found = found.map((value, i) => value - step[i]!);
    if (Math.max(...step.map(Math.abs)) < 1e-10) break;
  }
  const weights = Float64Array.from(means, (_, l) => found[l]! / spreads[l]!);
  return { weights, bias: found[layers]! - weights.reduce((sum, weight, l) => sum + weight * means[l]!, 0) };
}

function newtonStep(
  inputs: readonly (readonly number[])[],
  answers: readonly number[],
  found: readonly number[],
): readonly number[] {
  const size = found.length;
  const slope = found.map((value, i) => (i < size - 1 ? penalty * value : 0));
  const curve = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => (i === j ? penalty : 0)),
  );
  for (const [row, input] of inputs.entries()) {
    const probability = 1 / (1 + Math.exp(-input.reduce((sum, value, i) => sum + value * found[i]!, 0)));
    const weight = (probability * (1 - probability)) / inputs.length;
    for (let i = 0; i < size; i += 1) {
      slope[i]! += (input[i]! * (probability - answers[row]!)) / inputs.length;
      for (let j = 0; j < size; j += 1) curve[i]![j]! += weight * input[i]! * input[j]!;
    }
  }
  return solve(curve, slope);
}

/** Gaussian elimination of a small positive definite system. */
function solve(matrix: number[][], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (const [i, pivot] of rows.entries())
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[i]! / pivot[i]!;
      for (let j = i; j < row.length; j += 1) row[j]! -= factor * pivot[j]!;
    }
  return rows.map((row, i) => row[row.length - 1]! / row[i]!);
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
