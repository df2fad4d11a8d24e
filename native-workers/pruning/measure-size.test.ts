import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { MaskSet, ParameterSet } from '#workers/networks/parameters.ts';
import { measureSize } from './measure-size.ts';

const graph = buildNetwork({ kind: 'mlp', widths: [16] }, [4, 4, 2], 4);
const parameters: ParameterSet = new Map([
  ['fc1.weight', { shape: [16, 32], values: new Float32Array(512) }],
  ['fc1.bias', { shape: [16], values: new Float32Array(16) }],
  ['fc2.weight', { shape: [4, 16], values: new Float32Array(64) }],
  ['fc2.bias', { shape: [4], values: new Float32Array(4) }],
]);
const firstOnly = (total: number, kept: number): Uint8Array =>
  Uint8Array.from({ length: total }, (_, i) => (i < kept ? 1 : 0));
const masksKeeping = (first: number, second: number): MaskSet =>
  new Map([
    ['fc1.weight', { shape: [16, 32], values: firstOnly(512, first) }],
    ['fc2.weight', { shape: [4, 16], values: firstOnly(64, second) }],
  ]);

describe('measureSize', () => {
  it('says that an unpruned network is dense in every number', () => {
    expect(measureSize(graph, parameters, new Map())).toEqual({
      density: 1,
      'weights.kept': 576,
      'weights.total': 576,
      'bytes.dense': 4 * 596,
      'bytes.sparse': 4 * 596,
      'macs.dense': 576,
      'macs.nonzero': 576,
    });
  });

  it('counts kept weights, their bytes and where they stand', () => {
    const size = measureSize(graph, parameters, masksKeeping(100, 60));
    expect(size.density).toBe(160 / 576);
    expect(size['macs.nonzero']).toBe(160);
    // fc1: 100 values and a bit per weight; fc2: 60 values and a bit per weight; 20 biases.
    expect(size['bytes.sparse']).toBe(400 + 64 + (240 + 8) + 80);
  });

  it('takes rows and columns where they are shorter than a bit per weight', () => {
    const wide = new Map([['fc1.weight', { shape: [1, 4096], values: new Float32Array(4096) }]]);
    const masks = new Map([['fc1.weight', { shape: [1, 4096], values: firstOnly(4096, 3) }]]);
    const small = buildNetwork({ kind: 'mlp', widths: [1] }, [64, 64, 1], 2);
    expect(measureSize(small, wide, masks)['bytes.sparse']).toBe(3 * 4 + 2 * 4 + 3 * 2);
  });
});
