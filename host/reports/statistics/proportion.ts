import type { Proportion } from '#contract/views.ts';
import { z95 } from './normal-quantile.ts';

/** A fraction with its Wilson 95 % interval (Wilson 1927). `total` 0 says nothing: the interval is [0, 1]. */
export function measureProportion(successes: number, total: number): Proportion {
  if (!(successes >= 0 && successes <= total))
    throw new RangeError(`Expected 0 <= successes <= total, got ${successes} of ${total}.`);
  if (total === 0) return { successes, total, value: 0, low: 0, high: 1 };
  const value = successes / total;
  const square = z95 * z95;
  const scale = 1 + square / total;
  const center = (value + square / (2 * total)) / scale;
  const half = (z95 / scale) * Math.sqrt((value * (1 - value)) / total + square / (4 * total * total));
  return {
    successes,
    total,
    value,
    low: successes === 0 ? 0 : Math.max(0, center - half),
    high: successes === total ? 1 : Math.min(1, center + half),
  };
}
