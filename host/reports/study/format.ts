import type { Proportion } from '#contract/views.ts';
import type { Spread } from '../statistics/spread.ts';

/** Digits after the point of a percentage, as many as the width of its interval justifies. */
export const digitsFor = ({ low, high }: Pick<Proportion, 'low' | 'high'>): number =>
  high - low > 0.2 ? 0 : 1;

/** With a space that does not break. */
export const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)}\u00a0%`;

/** `41.3`, or `41.3 ± 0.8` over seeds; a percentage without its sign. */
export function meanAndDeviation(spread: Spread, digits = 1): string {
  const mean = (100 * spread.mean).toFixed(digits);
  return spread.deviation === undefined ? mean : `${mean} ± ${(100 * spread.deviation).toFixed(digits)}`;
}

export const interval = ({ low, high }: Pick<Proportion, 'low' | 'high'>, digits = 1): string =>
  `${(100 * low).toFixed(digits)}–${(100 * high).toFixed(digits)}`;

/** `1`, `0.1`, `0.05`: as short as the number is. */
export const densityText = (density: number): string => String(Number(density.toPrecision(3)));

/** `10x`: the papers' compression. */
export const compressionText = (density: number): string =>
  `${Number((1 / density).toPrecision(3)).toString()}×`;

/** Never rounded onto the level that it is compared with. */
export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`);

export const shortKey = (key: string): string => key.slice(0, 10);

export function duration(seconds: number): string {
  const rounded = Math.round(seconds);
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  if (rounded < 60) return `${rounded} s`;
  const [hours, minutes] = [Math.floor(rounded / 3600), Math.floor((rounded % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${rounded % 60} s`;
}

export const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
