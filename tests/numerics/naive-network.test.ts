import { dispose, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { createRandom } from '#workers/array/random.ts';
import { forward, forwardInTraining } from '#workers/networks/forward.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { disposeTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { disposeStatistics } from '#workers/networks/running-statistics.ts';
import { everyKindNetwork } from './every-kind.ts';
import { naiveLogits } from './naive-network.ts';
import { mainEngines, withEngine } from './with-engine.ts';

/** Dropout is left out: nothing else of training is chance. */
const withoutDropout = (graph: NetworkGraph): NetworkGraph => ({
  ...graph,
  nodes: graph.nodes.map((node) => (node.kind === 'dropout' ? { ...node, rate: Number.MIN_VALUE } : node)),
});
const thin = (graph: NetworkGraph): NetworkGraph => ({
  ...graph,
  nodes: graph.nodes.map((node) =>
    node.kind === 'conv' ? { ...node, filters: Math.ceil(node.filters / 16) } : node,
  ),
});
const networks: Readonly<Record<string, NetworkGraph>> = {
  'with every kind of node': withoutDropout(everyKindNetwork([12, 10, 2], 4)),
  'with residual blocks before activation': thin(buildNetwork({ kind: 'wrn-28-4' }, [8, 8, 3], 10)),
  'with residual blocks after activation': thin(buildNetwork({ kind: 'resnet18-cifar' }, [8, 8, 3], 10)),
  'with dense blocks': thin(buildNetwork({ kind: 'densenet-40-12' }, [8, 8, 3], 10)),
};

describe.each(mainEngines)('engine %s gives what the definitions give', (kind) => {
  withEngine(kind);

  it.each(Object.keys(networks))('for a network %s', async (name) => {
    const graph = networks[name]!;
    const set = unsettled(initializeParameters(graph, createRandom(3)));
    const size = graph.inputShape.reduce((a, b) => a * b, 1);
    const images = createRandom(4).fillUniform(new Float32Array(3 * size), 0, 1);
    const parameters = toTensors(graph, set);
    const points = imageTensor(graph, images);
    const evaluated = tidy(() => forward(graph, parameters, points));
    const chance = () => createRandom(1);
    const { logits, seen } = tidyPass(() => forwardInTraining(graph, parameters, { images: points, chance }));
    const rows = { evaluation: await evaluated.data(), training: await logits.data() };
    for (const mode of ['evaluation', 'training'] as const) {
      const expected = naiveLogits(graph, set, { images, mode }).flat();
      const scale = Math.max(1, ...expected.map(Math.abs));
      for (const [i, value] of rows[mode].entries())
        expect(Math.abs(value - expected[i]!) / scale).toBeLessThan(2e-5);
    }
    disposeStatistics(seen);
    disposeTensors(parameters);
    dispose([points, evaluated, logits]);
  });
});

/** Batch-norm as it is after training: nothing is 0 or 1 any more. */
function unsettled(parameters: ParameterSet): ParameterSet {
  return new Map(
    [...parameters].map(([name, { shape, values }]) => {
      const isNorm = values.every((value) => value === values[0]);
      if (!isNorm) return [name, { shape, values }] as const;
      const noise = createRandom(6, name).fillUniform(new Float32Array(values.length), 0.2, 0.8);
      return [name, { shape, values: noise.map((value, i) => value + values[i]!) }] as const;
    }),
  );
}

function tidyPass<Pass extends ReturnType<typeof forwardInTraining>>(run: () => Pass): Pass {
  let pass: Pass | undefined;
  const logits = tidy(() => (pass = run()).logits);
  return { ...pass!, logits };
}
