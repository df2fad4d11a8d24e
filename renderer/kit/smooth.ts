/**
 * Exponential moving average with bias correction (Kingma & Ba 2015, section 3): the first points are not drawn
 * towards zero. `weight` in [0, 1): 0 leaves the values as they are.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values];
  let sum = 0;
  let norm = 0;
  return values.map((value) => {
    sum = sum * weight + value * (1 - weight);
    norm = norm * weight + (1 - weight);
    return sum / norm;
  });
}
