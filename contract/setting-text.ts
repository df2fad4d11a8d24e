import { formatFraction } from './quantities.ts';
import type { Scalar } from './run.ts';

/** A setting as the papers write it: radii and step sizes as grey levels. `path` is its dotted path. */
export const settingText = (path: string, value: Scalar): string =>
  typeof value === 'number' && /(?:epsilon|stepSize)$/i.test(path) ? formatFraction(value) : String(value);
