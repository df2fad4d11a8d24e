import { constantFrom, integer, record, assert as assertProperty, asyncProperty } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import type { NetworkGraph, NetworkNode } from '#contract/network.ts';
import { createRandom, type Random } from '#workers/array/random.ts';
import { attackBatch } from '#workers/attacks/attack-batch.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { disposeTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import { boundMargins, type BoundMethod } from '#workers/verification/bound-margins.ts';
import { everyKindNetwork } from './every-kind.ts';
import { mainEngines, withEngine } from './with-engine.ts';

/** Every sound method joins here and inherits the laws. */
const methods = {
  interval: { kind: 'interval', form: 'merged' },
  'plain interval': { kind: 'interval', form: 'plain' },
  crown: { kind: 'crown', intermediate: 'interval', lowerSlope: 'adaptive' },
  'crown, lower slope 0': { kind: 'crown', intermediate: 'interval', lowerSlope: 'zero' },
  'crown, lower slope 1': { kind: 'crown', intermediate: 'interval', lowerSlope: 'one' },
  'full crown': { kind: 'crown', intermediate: 'full', lowerSlope: 'adaptive' },
  'full crown, lower slope 0': { kind: 'crown', intermediate: 'full', lowerSlope: 'zero' },
  'full crown, parallel lines': { kind: 'crown', intermediate: 'full', lowerSlope: 'parallel' },
  'forward-linear': { kind: 'forward-linear' },
} as const satisfies Record<string, BoundMethod>;
type Name = keyof typeof methods;
const names = Object.keys(methods) as Name[];

const side = 10;
const channels = 2;
const size = side * side * channels;
const classCount = 3;
const examples = 4;

type Case = { readonly seed: number; readonly shape: keyof typeof graphs; readonly epsilon: number };
const graphs = {
  'dense only': chain([dense('fc1', 7), dense('fc2', 5)]),
  'a conv': chain([conv('conv1', { filters: 3, kernel: 3, stride: 1, padding: 1 }), dense('fc1', 6)]),
  'two strided convs': chain([
    conv('conv1', { filters: 4, kernel: 4, stride: 2, padding: 1 }),
    conv('conv2', { filters: 3, kernel: 2, stride: 1, padding: 0 }),
    dense('fc1', 6),
  ]),
  'a conv whose windows leave a rest': chain([
    conv('conv1', { filters: 3, kernel: 4, stride: 3, padding: 1 }),
    dense('fc1', 5),
  ]),
  'every kind of node, max-pool before the sum': everyKindNetwork([side, side, channels], classCount),
  'every kind of node but max-pool': everyKindNetwork([side, side, channels], classCount, 'average-pool'),
} as const;
const forgetful: Case['shape'] = 'every kind of node, max-pool before the sum';
const cases = record({
  seed: integer({ min: 0, max: 2 ** 31 }),
  shape: constantFrom(...(Object.keys(graphs) as Case['shape'][])),
  epsilon: constantFrom(0, 0.01, 0.05, 0.2, 1),
});

describe.each(mainEngines)('bounds on %s', (kind) => {
  withEngine(kind);
  const runs = kind === 'wasm' ? 40 : 8;
  const check = (law: (lab: Lab) => Promise<void>): Promise<void> =>
    assertProperty(
      asyncProperty(cases, async (drawn) => {
        const lab = openLab(drawn);
        try {
          await law(lab);
        } finally {
          disposeTensors(lab.parameters);
        }
      }),
      { numRuns: runs, seed: 1 },
    );

  it('are never left by sampled, corner or attacked inputs', () =>
    check(async (lab) => {
      const reached = await leastReached(lab);
      for (const name of names) {
        const margins = await bound(lab, name);
        for (const [i, margin] of margins.entries())
          expect(margin, `${name}, value ${i}`).toBeLessThanOrEqual(reached[i]! + 1e-4);
      }
    }));

  it('with lower slope 0 are never looser than intervals, nor full ones than those seeded by intervals', () =>
    check(async (lab) => {
      const [plain, merged, seeded, full] = await Promise.all(
        (['plain interval', 'interval', 'crown, lower slope 0', 'full crown, lower slope 0'] as const).map(
          (name) => bound(lab, name),
        ),
      );
      for (const [i, margin] of merged!.entries()) {
        expect(margin).toBeGreaterThanOrEqual(plain![i]! - 1e-4);
        expect(seeded![i]!).toBeGreaterThanOrEqual(margin - 1e-4);
        expect(full![i]!).toBeGreaterThanOrEqual(seeded![i]! - 1e-4);
      }
    }));

  it('pushed forward by zonotopes are those pulled back between parallel lines', () =>
    check(async (lab) => {
      // A zonotope goes on from its box after a max-pool, functionals go through it.
      if (lab.shape === forgetful) return;
      const [forward, backward] = [
        await bound(lab, 'forward-linear'),
        await bound(lab, 'full crown, parallel lines'),
      ];
      for (const [i, margin] of forward.entries())
        expect(Math.abs(margin - backward[i]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(margin)));
    }));

  it('of a batch of one are a slice of a batch', () =>
    check(async (drawn) => {
      // The largest balls are all of [0, 1]: windows then tie but for rounding, and a max-pool may choose either.
      const lab = { ...drawn, epsilon: Math.min(drawn.epsilon, 0.2) };
      for (const name of names) {
        const whole = await bound(lab, name);
        const alone = await boundMargins({
          ...lab,
          method: methods[name],
          images: lab.images.slice(size, 2 * size),
          labels: lab.labels.slice(1, 2),
        });
        for (const [i, margin] of alone.entries())
          expect(Math.abs(margin - whole[classCount + i]!)).toBeLessThan(
            1e-5 * Math.max(1, Math.abs(margin)),
          );
      }
    }));

  it('are the margins themselves at radius 0', () =>
    check(async (drawn) => {
      const lab = { ...drawn, epsilon: 0 };
      const { logits } = await predict(lab);
      const clean = marginsOf(logits, lab.labels);
      for (const name of names)
        for (const [i, margin] of (await bound(lab, name)).entries())
          expect(Math.abs(margin - clean[i]!)).toBeLessThan(1e-4);
    }));

  it.each([NaN, Infinity])('say nothing where a weight is %d', async (poison) => {
    for (const name of names) {
      const lab = openLab({ seed: 1, shape: 'a conv', epsilon: 0.05 }, poison);
      expect([...(await bound(lab, name))].every(Number.isNaN), name).toBe(true);
      disposeTensors(lab.parameters);
    }
  });

  it('say nothing where activations overflow', async () => {
    const lab = openLab({ seed: 1, shape: 'two strided convs', epsilon: 0.05 }, 3e38);
    for (const name of names) expect([...(await bound(lab, name))].every(Number.isNaN), name).toBe(true);
    disposeTensors(lab.parameters);
  });
});

type Lab = {
  readonly graph: NetworkGraph;
  readonly parameters: ReturnType<typeof toTensors>;
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly epsilon: number;
  readonly seed: number;
  readonly shape: Case['shape'];
};

const bound = (lab: Lab, name: Name): Promise<Float32Array> =>
  boundMargins({ ...lab, method: methods[name] });

function openLab({ seed, shape, epsilon }: Case, poison?: number): Lab {
  const graph = graphs[shape];
  const random = createRandom(seed, 'lab');
  const weights = withStatistics(initializeParameters(graph, random), random);
  return {
    graph,
    parameters: toTensors(graph, poison === undefined ? weights : poisoned(weights, poison)),
    images: random.fillUniform(new Float32Array(examples * size), 0, 1),
    labels: Int32Array.from({ length: examples }, () => random.nextInt(classCount)),
    epsilon,
    seed,
    shape,
  };
}

/** Batch-norm as after some training: any mean, variance and scale, negative ones included. */
function withStatistics(weights: ParameterSet, random: Random): ParameterSet {
  return new Map(
    [...weights].map(([name, { shape, values }]) => {
      const drawn = values.slice();
      if (name.endsWith('running_var')) random.fillUniform(drawn, 0.3, 2);
      else if (/\bbn\d/.test(name)) random.fillUniform(drawn, -1.2, 1.2);
      return [name, { shape, values: drawn }];
    }),
  );
}

function poisoned(weights: ParameterSet, poison: number): ParameterSet {
  const [first] = weights.keys();
  const { shape, values } = weights.get(first!)!;
  return new Map([
    ...weights,
    [first!, { shape, values: values.map((value, i) => (i < 3 ? poison : value)) }],
  ]);
}

/** The least margin found for each example and class by 60 samples, 60 corners, and two attacks. */
async function leastReached(lab: Lab): Promise<Float32Array> {
  const random = createRandom(lab.seed, 'samples');
  const least = new Float32Array(examples * classCount).fill(Infinity);
  const note = async (images: Float32Array): Promise<void> => {
    const { logits } = await predict({ ...lab, images });
    for (const [i, margin] of marginsOf(logits, lab.labels).entries()) least[i] = Math.min(least[i]!, margin);
  };
  for (let draw = 0; draw < 120; draw += 1)
    await note(
      lab.images.map((value) => {
        const offset = draw % 2 === 0 ? 2 * random.nextUniform() - 1 : Math.sign(random.nextUniform() - 0.5);
        return Math.min(Math.max(value + lab.epsilon * offset, 0), 1);
      }),
    );
  for (const loss of ['margin', 'cross-entropy']) {
    const attack = attackSchema.parse({ kind: 'pgd', epsilon: lab.epsilon, steps: 10, loss });
    const exampleIds = Uint32Array.from(lab.labels.keys());
    await note((await attackBatch({ ...lab, attack, exampleIds, until: 'end' })).adversarial);
  }
  return least;
}

function marginsOf(logits: Float32Array, labels: Int32Array): Float32Array {
  return logits.map((logit, i) => {
    const row = Math.floor(i / classCount);
    return logits[row * classCount + labels[row]!]! - logit;
  });
}

type Layer = Extract<NetworkNode, { kind: 'conv' | 'dense' }>;
type Window = Pick<Extract<Layer, { kind: 'conv' }>, 'filters' | 'kernel' | 'stride' | 'padding'>;
function dense(id: string, units: number): Layer {
  return { kind: 'dense', id, input: '', units };
}
function conv(id: string, window: Window): Layer {
  return { kind: 'conv', id, input: '', ...window };
}

/** Layers in a row, a ReLU after each, and a last dense layer. */
function chain(layers: readonly Layer[]): NetworkGraph {
  const nodes: NetworkNode[] = [{ kind: 'input', id: 'input' }];
  const last = (): string => nodes.at(-1)!.id;
  let isFlat = false;
  for (const layer of [...layers, dense('last', classCount)]) {
    if (layer.kind === 'dense' && !isFlat) {
      nodes.push({ kind: 'flatten', id: 'flatten', input: last() });
      isFlat = true;
    }
    nodes.push({ ...layer, input: last() });
    if (layer.id !== 'last') nodes.push({ kind: 'relu', id: `relu_${layer.id}`, input: layer.id });
  }
  return { spec: { kind: 'mlp', widths: [1] }, inputShape: [side, side, channels], classCount, nodes };
}
