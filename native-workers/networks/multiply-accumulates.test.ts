import { expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import { countMultiplyAccumulates } from './multiply-accumulates.ts';
import { parameterSpecs } from './parameter-specs.ts';

const graph = buildNetwork({ kind: 'cnn-small' }, [32, 32, 3], 10);
const dense = 16 * 16 * 48 * 16 + 8 * 8 * 256 * 32 + 2048 * 100 + 100 * 10;

it('counts every weight once per output position', () => {
  expect(countMultiplyAccumulates(graph)).toBe(dense);
});

it('counts only kept weights, each with its own number of positions', () => {
  const masks = new Map(
    parameterSpecs(graph)
      .filter((spec) => spec.name.endsWith('.weight'))
      .map((spec) => [spec.name, { shape: spec.shape, values: new Uint8Array(sizeOf(spec.shape)).fill(1) }]),
  );
  masks.get('conv1.weight')!.values[5] = 0;
  masks.get('fc1.weight')!.values.fill(0);
  expect(countMultiplyAccumulates(graph, masks)).toBe(dense - 16 * 16 - 2048 * 100);
});
