import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

export async function expectClose(
  actual: Tensor,
  expected: ArrayLike<number>,
  tolerance?: number,
): Promise<void> {
  expectValuesClose(await actual.data(), expected, tolerance);
}

/** Relative to the largest value, as float32 sums are. */
export function expectValuesClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-5,
): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs).filter(Number.isFinite));
  const wrong = Array.from(actual).findIndex(
    (value, i) => !(value === expected[i] || Math.abs(value - expected[i]!) <= tolerance * scale),
  );
  expect({ wrong, value: actual[wrong] }).toEqual({ wrong: -1, value: undefined });
}
