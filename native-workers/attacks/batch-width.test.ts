import { describe, expect, it } from 'vitest';
import { batchWidth, padRows } from './batch-width.ts';

const counts = Array.from({ length: 1000 }, (_, i) => i + 1);

describe('batchWidth', () => {
  it('holds every count and, from 8 on, is less than half as large again', () => {
    for (const count of counts) expect(batchWidth(count)).toBeGreaterThanOrEqual(count);
    for (const count of counts.slice(8)) expect(batchWidth(count)).toBeLessThan(2 * count);
    for (const count of counts.slice(16)) expect(batchWidth(count)).toBeLessThan(1.5 * count);
  });

  it('takes few whole values', () => {
    const widths = [...new Set(counts.map(batchWidth))];
    expect(widths).toEqual([1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024]);
  });

  it('keeps its own values', () => {
    for (const count of counts) expect(batchWidth(batchWidth(count))).toBe(batchWidth(count));
  });
});

describe('padRows', () => {
  it('repeats the first row up to the width', () => {
    expect(padRows([7, 3, 9])).toEqual([7, 3, 9, 7]);
    expect(padRows([5])).toEqual([5]);
    expect(padRows([])).toEqual([]);
  });
});
