/** Formulas by their definitions, in float64 over plain arrays: a second route for what detectors compute in engines. */

export function softmax(logits: readonly number[], temperature: number): number[] {
  const greatest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - greatest) / temperature));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

/** An image moved by `magnitude` per value along the sign of a score's slope, which finite differences tell. */
export function steppedUp(
  score: (x: Float64Array) => number,
  image: Float32Array,
  magnitude: number,
): Float64Array {
  const h = 1e-6;
  return Float64Array.from(image, (value, i) => {
    const at = (moved: number) => score(Float64Array.from(image, (other, j) => (i === j ? moved : other)));
    const slope = (at(value + h) - at(value - h)) / (2 * h);
    return value + magnitude * (Math.abs(slope) < 1e-8 ? 0 : Math.sign(slope));
  });
}

/**
 * Minus half the least squared Mahalanobis distance to a class mean of known features, with one covariance, theirs
 * around their own means, for all classes. Features that never vary are left out.
 */
export function nearestMean(
  known: readonly (readonly number[])[],
  labels: ArrayLike<number>,
): (features: readonly number[]) => number {
  const classes = [...new Set(Array.from(labels))];
  const means = classes.map((label) => meanOf(known.filter((_, row) => labels[row] === label)));
  const centred = known.map((row, at) => {
    const mean = means[classes.indexOf(labels[at]!)]!;
    return row.map((value, i) => value - mean[i]!);
  });
  const varies = [...known[0]!.keys()].filter((i) => new Set(known.map((row) => row[i])).size > 1);
  const covariance = varies.map((i) =>
    varies.map((j) => centred.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / known.length),
  );
  return (features) => {
    const squares = means.map((mean) => {
      const apart = varies.map((i) => features[i]! - mean[i]!);
      const solved = solve(covariance, apart);
      return apart.reduce((sum, value, i) => sum + value * solved[i]!, 0);
    });
    return -Math.min(...squares) / 2;
  };
}

const meanOf = (rows: readonly (readonly number[])[]): number[] =>
  rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);

/** Gauss and Jordan, without choosing pivots: for positive definite systems. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const given = matrix.map((row, i) => [...row, right[i]!]);
  for (const [i, pivot] of given.entries())
    for (const row of given)
      if (row !== pivot) {
        const factor = row[i]! / pivot[i]!;
        for (let j = i; j <= size; j += 1) row[j]! -= factor * pivot[j]!;
      }
  return given.map((row, i) => row[size]! / row[i]!);
}
