import { arrayOf } from './typed-array-columns.ts';

/** A stretch of a series, as chunks and tail rows hold it. */
export type PieceRow = { readonly steps: Buffer; readonly values: Buffer };
export type Points = { readonly steps: Int32Array; readonly values: Float64Array };

/** Pieces in rising order of step, put end to end. */
export function joinPieces(pieces: readonly Points[]): Points {
  const count = pieces.reduce((total, piece) => total + piece.steps.length, 0);
  const steps = new Int32Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (const piece of pieces) {
    steps.set(piece.steps, at);
    values.set(piece.values, at);
    at += piece.steps.length;
  }
  return { steps, values };
}

export const pointsOf = (row: PieceRow): Points => ({
  steps: arrayOf(Int32Array, row.steps),
  values: arrayOf(Float64Array, row.values),
});

export const sliceOf = (points: Points, from: number, to: number): Points => ({
  steps: points.steps.subarray(from, to),
  values: points.values.subarray(from, to),
});

/** How many points lie at `step` or before. */
export function countThrough(points: Points, step: number): number {
  const first = points.steps.findIndex((candidate) => candidate > step);
  return first === -1 ? points.steps.length : first;
}
