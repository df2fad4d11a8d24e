/**
 * The `nth` largest of many values (1 is the largest), by Hoare's selection in expected linear time: an order of
 * magnitude less than sorting, which counts where a mask is made for every step. Reorders `values`; none may be NaN.
 */
export function nthLargest(values: Float64Array, nth: number): number {
  const wanted = values.length - nth;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const { left, right } = partition(values, low, high);
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else break;
  }
  return values[wanted]!;
}

/** Values up to `right` are at most the pivot, from `left` on at least; what lies between equals it. */
function partition(values: Float64Array, low: number, high: number): { left: number; right: number } {
  const pivot = median(values[low]!, values[(low + high) >>> 1]!, values[high]!);
  let left = low;
  let right = high;
  while (left <= right) {
    while (values[left]! < pivot) left += 1;
    while (values[right]! > pivot) right -= 1;
    if (left > right) break;
    const held = values[left]!;
    values[left] = values[right]!;
    values[right] = held;
    left += 1;
    right -= 1;
  }
  return { left, right };
}

const median = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
