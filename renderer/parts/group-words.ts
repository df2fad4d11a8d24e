import type { SeedSpread } from '#contract/compare.ts';

/** Runs that differ by their seed only, as a row is headed: `adversarial, magnitude · density 0.1`. */
export const groupTitle = (group: { readonly label: string; readonly density: number }): string =>
  [group.label, group.density === 1 ? 'dense' : `density ${densityText(group.density)}`]
    .filter((part) => part !== '')
    .join(' · ');

export const densityText = (density: number): string => String(Number(density.toPrecision(3)));

type Interval = { readonly low: number; readonly high: number };

/** `41.3 ± 0.8`: per cent without the sign, with as many digits as the interval justifies. */
export function spreadText({ mean, deviation }: SeedSpread, interval: Interval): string {
  const digits = digitsFor(interval);
  const text = (100 * mean).toFixed(digits);
  return deviation === undefined ? text : `${text} ± ${(100 * deviation).toFixed(digits)}`;
}

/** `38–45`, in per cent. */
export function intervalText(interval: Interval): string {
  const digits = digitsFor(interval);
  return `${(100 * interval.low).toFixed(digits)}–${(100 * interval.high).toFixed(digits)}`;
}

const digitsFor = ({ low, high }: Interval): number => (high - low > 0.2 ? 0 : 1);

/** A change in percentage points: `+3.1 ± 0.4`, with a minus that is as wide as the plus. */
export function differenceText({ mean, deviation }: SeedSpread): string {
  const size = (100 * Math.abs(mean)).toFixed(1);
  const sign = size === '0.0' ? '' : mean > 0 ? '+' : '−';
  return deviation === undefined ? `${sign}${size}` : `${sign}${size} ± ${(100 * deviation).toFixed(1)}`;
}
