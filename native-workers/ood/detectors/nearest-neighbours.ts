/** Euclidean distance from a point to the `nth` nearest of many, [count, size] row by row, in float64. */
export function distanceToNearest(point: Float32Array, many: Float32Array, nth: number): number {
  const size = point.length;
  const nearest = new Float64Array(nth).fill(Infinity);
  for (let start = 0; start < many.length; start += size) {
    let squares = 0;
    for (let i = 0; i < size; i += 1) {
      const apart = many[start + i]! - point[i]!;
      squares += apart * apart;
    }
    if (squares < nearest[nth - 1]!) insert(nearest, squares);
  }
  return Math.sqrt(nearest[nth - 1]!);
}

/** Into a rising list, whose last value falls out. */
function insert(rising: Float64Array, value: number): void {
  let at = rising.length - 1;
  while (at > 0 && rising[at - 1]! > value) {
    rising[at] = rising[at - 1]!;
    at -= 1;
  }
  rising[at] = value;
}
