/** Scores of one example by several layers become one: `sum(weights * scores) + bias`, no weight below 0. */
export type LayerWeights = { readonly weights: Float64Array; readonly bias: number };

/** Of the standardised weights: with few or separable examples the regression has no end without it. */
const penalty = 1e-2;
const rounds = 100;

/**
 * Logistic regression that tells clean examples (rows of layer scores) from odd ones, in float64 on standardised
 * scores, with a small ridge and no weight below 0. Where every weight ends at 0, no layer tells the two apart the
 * right way round: all then weigh alike, each in units of its deviation.
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
  const found = regress({ inputs, answers }, layers);
  const tells = found.slice(0, layers).some((value) => value > 0);
  const weights = Float64Array.from(spreads, (spread, l) => (tells ? found[l]! : 1) / spread);
  return { weights, bias: found[layers]! - weights.reduce((sum, weight, l) => sum + weight * means[l]!, 0) };
}

/** Each input ends with a 1, whose weight is the bias: alone free of the ridge, and free to fall below 0. */
type Examples = { readonly inputs: readonly (readonly number[])[]; readonly answers: readonly number[] };

/** Projected Newton's method (Bertsekas 1982, doi:10.1137/0320018), each step halved until the loss falls. */
function regress(examples: Examples, layers: number): readonly number[] {
  let found: readonly number[] = new Array<number>(layers + 1).fill(0);
  for (let round = 0; round < rounds; round += 1) {
    const step = newtonStep(examples, found);
    const moved = (share: number): readonly number[] =>
      found.map((value, i) =>
        i < layers ? Math.max(0, value - share * step[i]!) : value - share * step[i]!,
      );
    const loss = lossOf(examples, found);
    const share = shares.find((each) => lossOf(examples, moved(each)) <= loss);
    if (share === undefined) break;
    const next = moved(share);
    const change = Math.max(...next.map((value, i) => Math.abs(value - found[i]!)));
    found = next;
    if (change < 1e-10) break;
  }
  return found;
}

const shares = Array.from({ length: 20 }, (_, halvings) => 2 ** -halvings);

const oddsOf = (input: readonly number[], found: readonly number[]): number =>
  input.reduce((sum, value, i) => sum + value * found[i]!, 0);

function lossOf({ inputs, answers }: Examples, found: readonly number[]): number {
  const losses = inputs.map((input, row) => {
    const wrong = answers[row] === 1 ? -oddsOf(input, found) : oddsOf(input, found);
    return Math.max(wrong, 0) + Math.log1p(Math.exp(-Math.abs(wrong)));
  });
  return average(losses) + 0.5 * penalty * found.slice(0, -1).reduce((sum, value) => sum + value ** 2, 0);
}

/** A weight close to 0 that the slope would lower steps for itself, and not with the others. */
function newtonStep({ inputs, answers }: Examples, found: readonly number[]): readonly number[] {
  const size = found.length;
  const slope = found.map((value, i) => (i < size - 1 ? penalty * value : 0));
  const curve = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => (i === j ? penalty : 0)),
  );
  for (const [row, input] of inputs.entries()) {
    const probability = 1 / (1 + Math.exp(-oddsOf(input, found)));
    const weight = (probability * (1 - probability)) / inputs.length;
    for (let i = 0; i < size; i += 1) {
      slope[i]! += (input[i]! * (probability - answers[row]!)) / inputs.length;
      for (let j = 0; j < size; j += 1) curve[i]![j]! += weight * input[i]! * input[j]!;
    }
  }
  const free = [...found.keys()].filter((i) => i === size - 1 || found[i]! > closeToZero || slope[i]! < 0);
  const step = slope.map((value, i) => value / curve[i]![i]!);
  const solved = solve(
    free.map((i) => free.map((j) => curve[i]![j]!)),
    free.map((i) => slope[i]!),
  );
  for (const [place, i] of free.entries()) step[i] = solved[place]!;
  return step;
}

const closeToZero = 1e-3;

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
