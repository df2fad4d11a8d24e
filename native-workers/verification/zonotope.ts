import { abs, add, mul, reshape, sub, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '#contract/network-shapes.ts';
import type { Interval } from './interval.ts';

/**
 * center + the sum of e_i term_i over all e_i in [-1, 1], of one example: center [1, ...features], and terms
 * [count, ...features] by the node where their e_i began, so that branches of a network share them.
 */
export type Zonotope = { readonly center: Tensor; readonly terms: Readonly<Record<string, Tensor>> };

/** A box [1, ...features], with a term for each of its values. */
export const zonotopeOf = (origin: string, { lower, upper }: Interval): Zonotope =>
  tidy(() => {
    const size = sizeOf(lower.shape);
    const radius = reshape(mul(sub(upper, lower), 0.5), [1, size]);
    const terms = reshape(mul(unitRows(size), radius), [size, ...lower.shape.slice(1)]);
    return { center: mul(add(lower, upper), 0.5), terms: { [origin]: terms } };
  });

/** The least box [1, ...features] around a zonotope. */
export const boxAround = ({ center, terms }: Zonotope): Interval =>
  tidy(() => {
    const radius = Object.values(terms)
      .map((term) => sum(abs(term), 0, true))
      .reduce((total, each) => add(total, each));
    return { lower: sub(center, radius), upper: add(center, radius) };
  });

/**
 * Through a ReLU (Singh et al. 2018, DeepZ, theorem 3.1): an unstable value z in [l, u] becomes
 * s z - s l / 2 + (-s l / 2) e with s = u / (u - l) and a new e. Reads the bounds, hence a promise.
 */
export async function rectifyZonotope(origin: string, zonotope: Zonotope): Promise<Zonotope> {
  const box = boxAround(zonotope);
  const [lower, upper] = await Promise.all([box.lower.data(), box.upper.data()]);
  box.lower.dispose();
  box.upper.dispose();
  const { slopes, shifts } = linesThrough(lower as Float32Array, upper as Float32Array);
  const { shape } = zonotope.center;
  return tidy(() => {
    const slope = tensor(slopes, shape);
    const scaled = Object.entries(zonotope.terms).map(([name, term]) => [name, mul(term, slope)] as const);
    const added = newTerms(shifts, shape.slice(1));
    return {
      center: add(mul(zonotope.center, slope), tensor(shifts, shape)),
      terms: Object.fromEntries(added === undefined ? scaled : [...scaled, [origin, added]]),
    };
  });
}

/** Slope and half the intercept of the upper line, per value, in float64 before they are rounded. */
function linesThrough(lower: Float32Array, upper: Float32Array) {
  const slopes = new Float32Array(lower.length);
  const shifts = new Float32Array(lower.length);
  for (const [i, l] of lower.entries()) {
    const u = upper[i]!;
    if (u <= 0) continue;
    slopes[i] = l >= 0 ? 1 : u / (u - l);
    shifts[i] = l >= 0 ? 0 : (-l * u) / (u - l) / 2;
  }
  return { slopes, shifts };
}

/** A row for each value that has a shift. Empty rows fill up to a multiple, so that few programs are compiled. */
function newTerms(shifts: Float32Array, features: readonly number[]): Tensor | undefined {
  const unstable = [...shifts.keys()].filter((i) => shifts[i] !== 0);
  if (unstable.length === 0) return undefined;
  const count = Math.ceil(unstable.length / rowMultiple) * rowMultiple;
  const rows = new Float32Array(count * shifts.length);
  for (const [row, i] of unstable.entries()) rows[row * shifts.length + i] = shifts[i]!;
  return tensor(rows, [count, ...features]);
}
const rowMultiple = 64;

function unitRows(size: number): Tensor {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i += 1) values[i * (size + 1)] = 1;
  return tensor(values, [size, size]);
}
