import { z } from 'zod';

/** Phantom key of every branded number: it exists only in types. */
declare const meaning: unique symbol;
type Meaning<Name extends string> = number & { readonly [meaning]: Name };

/** Radius in units of the input range [0, 1]. */
export type Epsilon = Meaning<'epsilon'>;
/** Kept fraction of the prunable weights, in (0, 1]. */
export type Density = Meaning<'density'>;
/** Root of all chance in a run: an integer in [0, 2^32). */
export type Seed = Meaning<'seed'>;

/** A radius never travels without its norm. */
export type Ball = { readonly norm: Norm; readonly epsilon: Epsilon };
type Norm = (typeof norms)[number];
export const norms = ['linf', 'l2'] as const;

const fractionPattern = /^\s*([+-]?\d+(?:\.\d+)?)\s*\/\s*(\d+(?:\.\d+)?)\s*$/;
const decimalPattern = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/**
 * Reads `8/255`, `0.5`, `1e-4` or a number. The quotient of a fraction is the float64 nearest to it,
 * so `8/255` and the number `8 / 255` are the same setting and get the same content key.
 */
export function parseFraction(text: string | number): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) ? text : undefined;
  const fraction = fractionPattern.exec(text);
  if (fraction) {
    const quotient = Number(fraction[1]) / Number(fraction[2]);
    return Number.isFinite(quotient) ? quotient : undefined;
  }
  return decimalPattern.test(text) ? Number(text) : undefined;
}

/** Writes a radius the way the papers do: `8/255` where it is a whole number of grey levels, else decimal. */
export function formatFraction(value: number): string {
  const levels = Math.round(value * 255);
  // A fifth is 51 grey levels, yet nobody writes 0.2 that way.
  const isShortDecimal = levels % 51 === 0;
  return !isShortDecimal && levels > 0 && levels < 255 && levels / 255 === value
    ? `${levels}/255`
    : String(value);
}

/** A number, or a fraction written as text. */
const fractionSchema = z.union([z.number(), z.string()]).transform((text, context) => {
  const value = parseFraction(text);
  if (value !== undefined) return value;
  context.addIssue({
    code: 'custom',
    message: `Expected a number or a fraction such as 8/255, got ${JSON.stringify(text)}.`,
  });
  return z.NEVER;
});

export const epsilonSchema = fractionSchema
  .refine((value) => value >= 0, {
    error: (issue) =>
      `Epsilon must not be negative, got ${String(issue.input)}. It is a radius in units of the input range [0, 1], for example 8/255.`,
  })
  .transform((value) => value as Epsilon);

export const densitySchema = fractionSchema
  .refine((value) => value > 0 && value <= 1, {
    error: (issue) =>
      `Density must lie in (0, 1], got ${String(issue.input)}. Density is the kept fraction; was sparsity meant?`,
  })
  .transform((value) => value as Density);

export const seedSchema = z
  .int()
  .min(0)
  .max(0xffff_ffff)
  .transform((value) => value as Seed);

export const positiveFractionSchema = fractionSchema.refine((value) => value > 0, {
  error: (issue) => `Expected a number above 0, got ${String(issue.input)}.`,
});
export const nonNegativeFractionSchema = fractionSchema.refine((value) => value >= 0, {
  error: (issue) => `Expected a number of at least 0, got ${String(issue.input)}.`,
});

export const shareSchema = fractionSchema.refine((value) => value >= 0 && value <= 1, {
  error: (issue) => `Expected a share from 0 to 1, got ${String(issue.input)}.`,
});
