import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pruningSchema, type Pruning } from '#contract/pruning.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { createRandom } from '#workers/array/random.ts';
import type { ParameterArray, ParameterSet } from '#workers/networks/parameters.ts';
import { makeMasks } from './make-masks.ts';

/** Few distinct values, so that ties are common. */
const weights = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 });
const network = fc.array(weights, { minLength: 1, maxLength: 5 });
const density = fc.double({ min: 0.01, max: 1, noNaN: true });
const kind = fc.constantFrom('magnitude', 'random');
/** These strategies rank parameters whatever the graph. */
const graph = buildNetwork({ kind: 'mlp', widths: [4] }, [2, 2, 1], 2);

const parametersOf = (layers: readonly (readonly number[])[]): ParameterSet =>
  new Map<string, ParameterArray>(
    layers.flatMap((values, position) => [
      [`fc${position}.weight`, { shape: [1, values.length], values: Float32Array.from(values) }] as const,
      [`fc${position}.bias`, { shape: [1], values: Float32Array.of(9) }] as const,
    ]),
  );
const masksOf = (pruning: unknown, layers: readonly (readonly number[])[]) => {
  const parsed: Pruning = pruningSchema.parse(pruning);
  const { masks, warnings } = makeMasks(
    parsed,
    { graph, parameters: parametersOf(layers) },
    createRandom(1, 'test'),
  );
  return { masks: [...masks.values()].map((mask) => mask.values), names: [...masks.keys()], warnings };
};
const ones = (mask: Uint8Array): number => mask.reduce((sum, one) => sum + one, 0);
const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

describe('makeMasks', () => {
  it('keeps exactly round(density * n) weights of the network, unless that is fewer than it has layers', () => {
    fc.assert(
      fc.property(network, density, kind, (layers, density, kind) => {
        const { masks } = masksOf({ kind, density, scope: 'network' }, layers);
        const asked = Math.round(density * sumOf(layers.map((layer) => layer.length)));
        expect(sumOf(masks.map(ones))).toBe(Math.max(asked, layers.length));
      }),
    );
  });

  it('keeps exactly round(density * n) weights of every layer, and one where that is none', () => {
    fc.assert(
      fc.property(network, density, kind, (layers, density, kind) => {
        const { masks } = masksOf({ kind, density, scope: 'layer' }, layers);
        expect(masks.map(ones)).toEqual(
          layers.map((layer) => Math.max(1, Math.round(density * layer.length))),
        );
      }),
    );
  });

  it('warns about a layer if and only if the plain rule would have emptied it', () => {
    fc.assert(
      fc.property(network, density, fc.constantFrom('layer', 'network'), (layers, density, scope) => {
        const { warnings } = masksOf({ kind: 'magnitude', density, scope }, layers);
        const flat = layers.flatMap((layer, at) => layer.map((weight) => ({ at, score: Math.abs(weight) })));
        const best = flat.toSorted((a, b) => b.score - a.score).slice(0, Math.round(density * flat.length));
        const emptied = layers.filter((layer, at) =>
          scope === 'layer'
            ? Math.round(density * layer.length) === 0
            : !best.some((weight) => weight.at === at),
        );
        expect(warnings).toHaveLength(emptied.length);
      }),
    );
  });

  it('keeps in a layer no weight of smaller magnitude, or of equal magnitude and later, than one it prunes', () => {
    fc.assert(
      fc.property(weights, density, (layer, density) => {
        const mask = masksOf({ kind: 'magnitude', density, scope: 'layer' }, [layer]).masks[0]!;
        const ranked = layer
          .map((weight, index) => ({ index, score: Math.abs(weight) }))
          .toSorted((a, b) => b.score - a.score || a.index - b.index);
        expect(ranked.map(({ index }) => mask[index])).toEqual(
          ranked.map((_, rank) => (rank < ones(mask) ? 1 : 0)),
        );
      }),
    );
  });

  it('takes the weight that a rescued layer keeps from the smallest kept one elsewhere', () => {
    const { masks, warnings } = masksOf({ kind: 'magnitude', density: 0.5, scope: 'network' }, [
      [5, 4, 3],
      [0.1, 0.2, 0.1],
    ]);
    expect(masks).toEqual([Uint8Array.of(1, 1, 0), Uint8Array.of(0, 1, 0)]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('fc1.weight');
  });

  it('never masks a bias, and masks nothing for the dense control', () => {
    expect(masksOf({ kind: 'random', density: 0.5 }, [[1, 2], [3]]).names).toEqual([
      'fc0.weight',
      'fc1.weight',
    ]);
    expect(masksOf('none', [[1, 2]]).names).toEqual([]);
  });

  it('never masks a scale of batch-norm, which PyTorch calls a weight too', () => {
    const values = Float32Array.of(3, 2, 1);
    const parameters = new Map<string, ParameterArray>([
      ['conv1.weight', { shape: [3, 1, 1, 1], values }],
      ...['weight', 'bias', 'running_mean', 'running_var'].map(
        (part) => [`bn1.${part}`, { shape: [3], values }] as const,
      ),
    ]);
    const pruning = pruningSchema.parse({ kind: 'magnitude', density: 0.4 });
    const { masks } = makeMasks(pruning, { graph, parameters }, createRandom(1));
    expect([...masks]).toEqual([['conv1.weight', { shape: [3, 1, 1, 1], values: Uint8Array.of(1, 0, 0) }]]);
  });

  it('draws another random mask for another seed and the same for the same', () => {
    const parameters = parametersOf([Array.from({ length: 200 }, () => 1)]);
    const pruning = pruningSchema.parse({ kind: 'random', density: 0.5 });
    const draw = (seed: number) =>
      makeMasks(pruning, { graph, parameters }, createRandom(seed, 'prune')).masks;
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });

  it('refuses to rank weights that are not numbers', () => {
    expect(() => masksOf({ kind: 'magnitude', density: 0.5 }, [[1, Number.NaN]])).toThrow(/NaN/);
  });
});
