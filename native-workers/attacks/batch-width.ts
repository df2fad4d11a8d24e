/**
 * The least width that holds `count` examples. Widths are few, two to the octave from 16 on (1, 2, 4, 8, 16, 24, 32,
 * 48, 64, 96, 128, …), so that an engine that compiles a program per shape compiles few.
 */
export function batchWidth(count: number): number {
  let width = 1;
  while (width < count) width = widerThan(width);
  return width;
}

const isPowerOfTwo = (width: number): boolean => Number.isInteger(Math.log2(width));

function widerThan(width: number): number {
  if (width < 16) return 2 * width;
  return isPowerOfTwo(width) ? 1.5 * width : (4 / 3) * width;
}

/** Filled up to a width of the table with the first row: a repeated example is harmless where zeros could overflow. */
export function padRows(rows: readonly number[]): readonly number[] {
  const missing = batchWidth(rows.length) - rows.length;
  return rows.length === 0 ? [] : [...rows, ...Array.from({ length: missing }, () => rows[0]!)];
}
