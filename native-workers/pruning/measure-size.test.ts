import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { MaskSet, ParameterSet } from '#workers/networks/parameters.ts';
import { applyMasks } from './apply-masks.ts';
import { measureSize } from './measure-size.ts';

const graph = buildNetwork({ kind: 'mlp', widths: [16] }, [4, 4, 2], 4);
const ones = (...shape: number[]) => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b)).fill(1),
});
const parameters: ParameterSet = new Map([
  ['fc1.weight', ones(16, 32)],
  ['fc1.bias', ones(16)],
  ['fc2.weight', ones(4, 16)],
  ['fc2.bias', ones(4)],
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
    expect(measureSize({ graph, parameters, masks: new Map() })).toEqual({
      density: 1,
      'density.effective': 1,
      'weights.kept': 576,
      'weights.effective': 576,
      'weights.total': 576,
      'bytes.dense': 4 * 596,
      'bytes.sparse': 4 * 596,
      'macs.dense': 576,
      'macs.nonzero': 576,
      'macs.effective': 576,
    });
  });

  it('counts kept weights, their bytes and where they stand', () => {
    const size = measureSize({ graph, parameters, masks: masksKeeping(100, 60) });
    expect(size.density).toBe(160 / 576);
    expect(size['macs.nonzero']).toBe(160);
    // fc1: 100 values and a bit per weight; fc2: 60 values and a bit per weight; 20 biases.
    expect(size['bytes.sparse']).toBe(400 + 64 + (240 + 8) + 80);
  });

  it('takes rows and columns where they are shorter than a bit per weight', () => {
    const wide = new Map([
      ['fc1.weight', ones(1, 4096)],
      ['fc1.bias', ones(1)],
      ['fc2.weight', ones(2, 1)],
      ['fc2.bias', ones(2)],
    ]);
    const masks = new Map([['fc1.weight', { shape: [1, 4096], values: firstOnly(4096, 3) }]]);
    const small = buildNetwork({ kind: 'mlp', widths: [1] }, [64, 64, 1], 2);
    const size = measureSize({ graph: small, parameters: wide, masks });
    expect(size['bytes.sparse']).toBe(3 * 4 + 2 * 4 + 3 * 2 + 4 * (1 + 2 + 2));
  });

  it('counts no weight as effective that leads to a unit nobody reads or from one that is always zero', () => {
    const fc1 = firstOnly(512, 512);
    fc1.fill(0, 0, 32);
    const fc2 = firstOnly(64, 64);
    for (const row of [0, 1, 2, 3]) fc2[16 * row + 1] = 0;
    const masks: MaskSet = new Map([
      ['fc1.weight', { shape: [16, 32], values: fc1 }],
      [
        'fc1.bias',
        { shape: [16], values: Uint8Array.from({ length: 16 }, (_, unit) => (unit === 0 ? 0 : 1)) },
      ],
      ['fc2.weight', { shape: [4, 16], values: fc2 }],
    ]);
    const size = measureSize({ graph, parameters: applyMasks(parameters, masks), masks });
    // Unit 0 is silent: its 4 outgoing weights do nothing. Nobody reads unit 1: its 32 incoming ones do nothing.
    expect(size['weights.kept']).toBe(480 + 60);
    expect(size['weights.effective']).toBe(480 - 32 + 60 - 4);
    expect(size['macs.effective']).toBe(size['weights.effective']);
  });

  it('counts the weights that read a unit without weights but with a bias, which shifts every score', () => {
    const fc1 = firstOnly(512, 512);
    fc1.fill(0, 0, 32);
    const masks = new Map([['fc1.weight', { shape: [16, 32], values: fc1 }]]);
    const size = measureSize({ graph, parameters: applyMasks(parameters, masks), masks });
    expect(size['weights.effective']).toBe(480 + 64);
  });
});
