import type { MaskSet } from '#workers/networks/parameters.ts';

/** The kept fraction of all weights that have a mask. */
export function measureDensity(masks: MaskSet): number {
  let kept = 0;
  let total = 0;
  for (const { values } of masks.values()) {
    total += values.length;
    for (const one of values) kept += one;
  }
  return kept / total;
}
