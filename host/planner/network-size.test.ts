import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { networkSchema, type ImageShape } from '#contract/network.ts';
import { measureSize } from './network-size.ts';

const sizeOf = (name: unknown, shape: ImageShape) =>
  measureSize(buildNetwork(networkSchema.parse(name), shape, 10));

describe('measureSize', () => {
  it('counts the parameters that the papers count', () => {
    expect(sizeOf('cnn-small', [32, 32, 3]).parameters).toBe(214_918);
    expect(sizeOf('cnn-large', [32, 32, 3]).parameters).toBe(2_466_858);
  });

  it('counts a multiply-accumulate for each weight at each place', () => {
    expect(sizeOf({ kind: 'mlp', widths: [8] }, [2, 2, 1]).macs).toBe(4 * 8 + 8 * 10);
    expect(sizeOf('mnist-small', [28, 28, 1]).macs).toBe(
      14 * 14 * 4 * 4 * 16 + 7 * 7 * 4 * 4 * 16 * 32 + 1568 * 100 + 1000,
    );
  });
});
