import { formatFraction } from '#contract/quantities.ts';
import type { Scalar } from '#contract/run.ts';

/** A setting as the papers write it: radii and step sizes as grey levels. */
export function settingText(path: string, value: Scalar | undefined): string {
  if (value === undefined) return '—';
  return typeof value === 'number' && /(epsilon|stepSize)$/i.test(path)
    ? formatFraction(value)
    : String(value);
}
