import { readFileSync } from 'node:fs';
import { memory, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkGraph, NetworkNode } from '#contract/network.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import { boundFully } from '#workers/verification/full-bounds.ts';
import { boundIntervals, type NodeBounds } from '#workers/verification/interval-bounds.ts';
import type { Interval } from '#workers/verification/interval.ts';
import { signedUnitRows } from '#workers/verification/margin-rows.ts';
import type { BoundedNetwork } from '#workers/verification/network.ts';
import { boundFunctionals, pullBackToInput } from '#workers/verification/pull-back.ts';
import { boxAround } from '#workers/verification/zonotope.ts';
import { disposeZonotope, pushForward } from '#workers/verification/zonotope-margins.ts';
import { absent, sharedPath } from '../../shared-data.ts';

type Range = { readonly lower_float: readonly number[]; readonly upper_float: readonly number[] };
type Crown = {
  readonly per_layer_pre_activation: readonly Range[];
  readonly output_linear_bounds: readonly Readonly<
    Record<'lA' | 'uA', readonly string[]> & Record<'lb' | 'ub', string>
  >[];
};
type Toy = {
  readonly layers: readonly { readonly weight_out_x_in: number[][]; readonly bias: number[] }[];
  readonly input_lower: number[];
  readonly input_upper: number[];
  readonly exact: readonly { readonly min_float: number; readonly max_float: number }[];
  readonly ibp_per_layer_pre_activation: readonly Range[];
  readonly deepz_per_layer_pre_activation: readonly Range[];
  readonly forward_samples: readonly { readonly x: number[]; readonly y: number[] }[];
} & Readonly<Record<(typeof slopes)[number][0], Crown>>;

const slopes = [
  ['crown_adaptive_slope', 'adaptive'],
  ['crown_lower_slope_0', 'zero'],
  ['crown_lower_slope_1', 'one'],
  ['fastlin_same_slope', 'parallel'],
] as const;
const tolerance = 1e-5;

describe.skipIf(!sharedPath('reference', 'toy-2-2-1')).each(['toy-2-2-1', 'toy-2-4-3-2'])(
  `%s against exact fractions${absent('reference', 'toy-2-2-1')}`,
  (name) => {
    let engine: Engine;
    let toy: Toy;
    let network: BoundedNetwork;
    let box: Interval;
    let bounds: NodeBounds;
    beforeAll(async () => {
      engine = await createEngine('wasm');
      toy = JSON.parse(readFileSync(sharedPath('reference', 'toy-2-2-1', `${name}.json`)!, 'utf8')) as Toy;
      network = networkOf(toy);
      box = { lower: tensor([[[toy.input_lower]]]), upper: tensor([[[toy.input_upper]]]) };
      bounds = tidy(() => boundIntervals(network, box));
    });
    afterAll(() => {
      disposeTensors(network.parameters);
      for (const { lower, upper } of [box, ...Object.values(bounds)])
        for (const t of [lower, upper]) t.dispose();
      expect(memory().numTensors).toBe(0);
      engine.dispose();
    });
    const denseNodes = (): string[] =>
      network.graph.nodes.flatMap((node) => (node.kind === 'dense' ? [node.id] : []));

    it('has the stored outputs', async () => {
      const images = Float32Array.from(toy.forward_samples.flatMap(({ x }) => x));
      const { logits } = await predict({ ...network, images });
      expectClose(
        logits,
        toy.forward_samples.flatMap(({ y }) => y),
      );
    });

    it('has the stored intervals at every layer', async () => {
      for (const [layer, id] of denseNodes().entries())
        await expectRange(bounds[id]!, toy.ibp_per_layer_pre_activation[layer]!);
    });

    it('has the stored zonotope bounds at the output', async () => {
      const zonotope = await pushForward(network, box);
      const around = boxAround(zonotope);
      await expectRange(around, toy.deepz_per_layer_pre_activation.at(-1)!);
      disposeZonotope(zonotope);
      around.lower.dispose();
      around.upper.dispose();
    });

    it.each(slopes)('has the stored bounds and lines of %s', async (field, lowerSlope) => {
      const stored = toy[field];
      const closer = await boundFully(network, { bounds, lowerSlope });
      const known = { ...bounds, ...closer };
      for (const [layer, id] of denseNodes().slice(0, -1).entries())
        await expectRange(known[id]!, stored.per_layer_pre_activation[layer]!);
      const outputs = network.graph.classCount;
      const at = { node: denseNodes().at(-1)!, functionals: signedUnitRows(0, outputs, [outputs]) };
      const least = tidy(() => boundFunctionals(network, at, { bounds: known, lowerSlope }));
      const range = stored.per_layer_pre_activation.at(-1)!;
      expectClose(await least.data(), [...range.lower_float, ...range.upper_float.map((u) => -u)]);
      const lines = tidy(
        () =>
          pullBackToInput(network, at, { bounds: known, lowerSlope }) as {
            functionals: Tensor;
            constant: Tensor;
          },
      );
      const read = stored.output_linear_bounds;
      expectClose(await lines.functionals.data(), [
        ...read.flatMap(({ lA }) => lA.map(fraction)),
        ...read.flatMap(({ uA }) => uA.map((a) => -fraction(a))),
      ]);
      expectClose(await lines.constant.data(), [
        ...read.map(({ lb }) => fraction(lb)),
        ...read.map(({ ub }) => -fraction(ub)),
      ]);
      for (const t of [at.functionals, least, lines.functionals, lines.constant]) t.dispose();
      for (const { lower, upper } of Object.values(closer)) for (const t of [lower, upper]) t.dispose();
    });

    it('leaves the exact range inside every interval', () => {
      for (const [output, { min_float: min, max_float: max }] of toy.exact.entries())
        for (const { lower_float: lower, upper_float: upper } of [
          toy.ibp_per_layer_pre_activation.at(-1)!,
          ...slopes.map(([field]) => toy[field].per_layer_pre_activation.at(-1)!),
        ]) {
          expect(lower[output]).toBeLessThanOrEqual(min);
          expect(upper[output]).toBeGreaterThanOrEqual(max);
        }
    });
  },
);

function networkOf({ layers }: Toy): BoundedNetwork {
  const nodes: NetworkNode[] = [
    { kind: 'input', id: 'input' },
    { kind: 'flatten', id: 'flatten', input: 'input' },
  ];
  const parameters = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  for (const [i, { weight_out_x_in: weight, bias }] of layers.entries()) {
    const id = `fc${i + 1}`;
    nodes.push({ kind: 'dense', id, input: nodes.at(-1)!.id, units: bias.length });
    if (i < layers.length - 1) nodes.push({ kind: 'relu', id: `relu${i + 1}`, input: id });
    const values = Float32Array.from(weight.flat());
    parameters.set(`${id}.weight`, { shape: [weight.length, weight[0]!.length], values });
    parameters.set(`${id}.bias`, { shape: [bias.length], values: Float32Array.from(bias) });
  }
  const graph: NetworkGraph = {
    spec: { kind: 'mlp', widths: [1] },
    inputShape: [1, 1, layers[0]!.weight_out_x_in[0]!.length],
    classCount: layers.at(-1)!.bias.length,
    nodes,
  };
  return { graph, parameters: toTensors(graph, parameters) };
}

async function expectRange({ lower, upper }: Interval, stored: Range): Promise<void> {
  expectClose(await lower.data(), stored.lower_float);
  expectClose(await upper.data(), stored.upper_float);
}

function expectClose(actual: ArrayLike<number>, stored: readonly number[]): void {
  expect(actual.length).toBe(stored.length);
  for (const [i, value] of stored.entries())
    expect(Math.abs(actual[i]! - value) / Math.max(1, Math.abs(value))).toBeLessThan(tolerance);
}

function fraction(text: string): number {
  const [numerator, denominator = '1'] = text.split('/');
  return Number(numerator) / Number(denominator);
}
