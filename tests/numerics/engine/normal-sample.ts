import { createRandom } from '#workers/array/random.ts';

export type Sample = { readonly shape: readonly number[]; readonly values: Float32Array };

export function normal(shape: readonly number[], purpose: string): Sample {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, values: createRandom(9, purpose, ...shape).fillNormal(new Float32Array(size), 0, 1) };
}
