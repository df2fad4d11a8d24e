/**
 * Gaussians around the mean of every class with one covariance for all, made from sums so that any number of examples
 * can go by (Lee et al. 2018, arXiv:1807.03888, equation 1). All arithmetic is float64.
 */
export type GaussianSums = {
  readonly size: number;
  readonly counts: Float64Array;
  /** [classes, size] */
  readonly sums: Float64Array;
  /** [size, size], its lower half: sums of products of two features. */
  readonly products: Float64Array;
};

export const emptySums = (classCount: number, size: number): GaussianSums => ({
  size,
  counts: new Float64Array(classCount),
  sums: new Float64Array(classCount * size),
  products: new Float64Array(size * size),
});

/** Adds one example's features. */
export function addExample(
  { size, counts, sums, products }: GaussianSums,
  features: Float32Array,
  label: number,
): void {
  counts[label]! += 1;
  for (let i = 0; i < size; i += 1) {
    const value = features[i]!;
    if (value === 0) continue;
    sums[label * size + i]! += value;
    for (let j = 0; j <= i; j += 1) products[i * size + j]! += value * features[j]!;
  }
}

/**
 * Features z become `z W`, in which every class has the unit matrix as covariance; distances there are Mahalanobis
 * distances. Features that never vary count for nothing.
 */
export type ClassGaussians = {
  readonly size: number;
  /** [size, size], by rows of features. */
  readonly whitening: Float64Array;
  /** [classes that have examples, size], whitened: a class without any has no mean, and nothing is near it. */
  readonly means: Float64Array;
};

/** Of the correlation matrix, so that no feature's scale matters: features may depend on each other. */
const ridge = 1e-6;
/** Of a feature's mean square; a variance below is rounding. */
const leastVariance = 1e-10;

export function fitGaussians({ size, counts, sums, products }: GaussianSums): ClassGaussians {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const covariance = (i: number, j: number): number => {
    let between = 0;
    for (const [label, count] of counts.entries())
      if (count > 0) between += (sums[label * size + i]! * sums[label * size + j]!) / count;
    return (products[i * size + j]! - between) / total;
  };
  const variances = Float64Array.from({ length: size }, (_, i) => covariance(i, i));
  const kept = [...variances.keys()].filter(
    (i) => variances[i]! > leastVariance * (products[i * size + i]! / total),
  );
  const deviations = Float64Array.from(kept, (i) => Math.sqrt(variances[i]!));
  const correlation = kept.map((i, a) =>
    Float64Array.from({ length: a + 1 }, (_, b) =>
      a === b ? 1 + ridge : covariance(i, kept[b]!) / (deviations[a]! * deviations[b]!),
    ),
  );
  const inverse = invertLower(cholesky(correlation));
  const whitening = new Float64Array(size * size);
  for (const [a, i] of kept.entries())
    for (const [b, row] of inverse.entries()) if (b >= a) whitening[i * size + b] = row[a]! / deviations[a]!;
  const seen = [...counts.keys()].filter((label) => counts[label]! > 0);
  const means = new Float64Array(seen.length * size);
  for (const [place, label] of seen.entries()) {
    const mean = Float64Array.from({ length: size }, (_, i) => sums[label * size + i]! / counts[label]!);
    means.set(whiten(mean, { size, whitening }), place * size);
  }
  return { size, whitening, means };
}

/** One example's features, whitened. */
function whiten(
  features: Float64Array | Float32Array,
  { size, whitening }: Pick<ClassGaussians, 'size' | 'whitening'>,
): Float64Array {
  const whitened = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    const value = features[i]!;
    if (value === 0) continue;
    for (let j = 0; j < size; j += 1) whitened[j]! += value * whitening[i * size + j]!;
  }
  return whitened;
}

/** Minus half the squared Mahalanobis distance to the nearest class mean. */
export function nearestClass(features: Float32Array, gaussians: ClassGaussians): number {
  const { size, means } = gaussians;
  const whitened = whiten(features, gaussians);
  let best = -Infinity;
  for (let start = 0; start < means.length; start += size) {
    let squares = 0;
    for (let i = 0; i < size; i += 1) squares += (whitened[i]! - means[start + i]!) ** 2;
    if (-squares / 2 > best) best = -squares / 2;
  }
  return best;
}

/** The lower triangle L with L L' the given symmetric matrix, of which row i holds its first i + 1 entries. */
function cholesky(matrix: readonly Float64Array[]): readonly Float64Array[] {
  const rows: Float64Array[] = [];
  for (const [i, given] of matrix.entries()) {
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j += 1) {
      const above = j === i ? row : rows[j]!;
      let rest = given[j]!;
      for (let k = 0; k < j; k += 1) rest -= row[k]! * above[k]!;
      // rounding may leave nothing of a feature that others determine; the ridge is its least variance
      row[j] = j === i ? Math.sqrt(Math.max(rest, ridge)) : rest / above[j]!;
    }
    rows.push(row);
  }
  return rows;
}

function invertLower(rows: readonly Float64Array[]): readonly Float64Array[] {
  const inverse: Float64Array[] = [];
  for (const [i, row] of rows.entries()) {
    const made = new Float64Array(i + 1);
    made[i] = 1 / row[i]!;
    for (let j = 0; j < i; j += 1) {
      let sum = 0;
      for (let k = j; k < i; k += 1) sum += row[k]! * inverse[k]![j]!;
      made[j] = -sum / row[i]!;
    }
    inverse.push(made);
  }
  return inverse;
}
