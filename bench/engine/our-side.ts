import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { oneHot, tensor1d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { attackSchema } from '#contract/attack.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { optimizerSchema } from '#contract/objective.ts';
import type { Epsilon } from '#contract/quantities.ts';
import { createRandom } from '#workers/array/random.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { attackBatch } from '#workers/attacks/attack-batch.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { startOnnx } from '#workers/engine/onnx/start-onnx.ts';
import { forward } from '#workers/networks/forward.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { toTensors, type ParameterSet, type ParameterTensors } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { trainStep } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';
import { pgdSteps, type Answer, type Request } from './measurement.ts';

/** Measures this project's engine, one JSON request a line; `node our-side.ts <threads>`. */
/** So many that programs are compiled for good. */
const warmUps = 6;

type Prepared = () => Promise<Partial<Answer>>;

const engine = await startOnnx({ threads: Number(process.argv[2] ?? 1) });
const prepared = new Map<string, Prepared>();
process.stdout.write(`${JSON.stringify({ ready: engine.device })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request;
  const run = prepared.get(line) ?? prepare(request);
  if (!prepared.has(line) && request.measure !== 'attackEvaluation')
    for (let i = 0; i < warmUps; i += 1) await run();
  prepared.set(line, run);
  const start = performance.now();
  const result = await run();
  process.stdout.write(`${JSON.stringify({ ms: performance.now() - start, ...result })}\n`);
}

function prepare(request: Request): Prepared {
  const graph = buildNetwork({ kind: request.network }, [32, 32, 3], 10);
  const parameters = toTensors(graph, weightsOf(request, graph));
  switch (request.measure) {
    case 'forward':
      return prepareForward(engine, graph, parameters, request.batch);
    case 'pgdStep':
      return preparePgd(engine, graph, parameters, request.batch);
    case 'trainingStep':
      return prepareTraining(graph, parameters, request.batch);
    case 'attackEvaluation':
      return prepareEvaluation(engine, graph, parameters, request);
  }
}

function weightsOf({ weights }: Request, graph: NetworkGraph): ParameterSet {
  if (weights === undefined) return initializeParameters(graph, createRandom(1));
  return parseSafetensors(readFileSync(weights)).arrays as ParameterSet;
}

function prepareForward(
  engine: Engine,
  graph: NetworkGraph,
  parameters: ParameterTensors,
  batch: number,
): Prepared {
  engine.freeze(parameters);
  const images = imageTensor(graph, madeBatch(batch).images);
  return async () => {
    const logits = tidy(() => forward(graph, parameters, images));
    await logits.data();
    logits.dispose();
    return {};
  };
}

function preparePgd(
  engine: Engine,
  graph: NetworkGraph,
  parameters: ParameterTensors,
  batch: number,
): Prepared {
  engine.freeze(parameters);
  const { images, labels } = madeBatch(batch);
  const center = imageTensor(graph, images);
  const watched = tidy(() => oneHot(tensor1d(labels, 'int32'), 10, 1, 0, 'float32') as Tensor2D);
  const ball = { norm: 'linf', epsilon: (8 / 255) as Epsilon } as const;
  const search = {
    graph,
    parameters,
    center,
    start: center,
    watched,
    ball,
    stepSize: 2 / 255,
    steps: pgdSteps,
  };
  return async () => {
    const last = await climb({ ...search, loss: 'cross-entropy', goal: 'leave' });
    await last.data();
    last.dispose();
    return {};
  };
}

function prepareTraining(graph: NetworkGraph, parameters: ParameterTensors, batch: number): Prepared {
  const settings = optimizerSchema.parse({
    kind: 'sgd',
    learningRate: 0.01,
    momentum: 0.9,
    weightDecay: 5e-4,
  });
  const optimizer = createOptimizer(settings);
  const made = madeBatch(batch);
  let state = { parameters, optimizer: optimizer.init(parameters) };
  const objective = { kind: 'natural' } as const;
  return async () => {
    const step = { graph, objective, optimizer, state, batch: made, learningRate: 0.01, seed: 1, epoch: 0 };
    ({ state } = await trainStep(step));
    return {};
  };
}

function prepareEvaluation(
  engine: Engine,
  graph: NetworkGraph,
  parameters: ParameterTensors,
  { images: path, count = 1000, batch }: Request,
): Prepared {
  engine.freeze(parameters);
  const records = readFileSync(path!);
  const attack = attackSchema.parse({
    kind: 'pgd',
    epsilon: '8/255',
    stepSize: '0.8/255',
    steps: 50,
    randomStart: false,
  });
  return async () => {
    let survived = 0;
    for (let start = 0; start < count; start += batch) {
      const part = cifarRecords(records, start, Math.min(batch, count - start));
      const { verdicts } = await attackBatch({
        attack,
        graph,
        parameters,
        ...part,
        seed: 1,
        until: 'broken',
      });
      survived += verdicts.filter((verdict) => verdict === 'survived').length;
    }
    return { attackedAccuracy: survived / count };
  };
}

function madeBatch(batch: number) {
  const images = createRandom(1, 'images').fillUniform(new Float32Array(batch * 3072), 0, 1);
  const exampleIds = Uint32Array.from({ length: batch }, (_, i) => i);
  return { images, labels: Int32Array.from(exampleIds, (i) => i % 10), exampleIds };
}

/** Records of a label byte and 3 x 32 x 32 bytes, as images [row, column, channel] in [0, 1]. */
function cifarRecords(bytes: Uint8Array, first: number, count: number) {
  const images = new Float32Array(count * 3072);
  const exampleIds = Uint32Array.from({ length: count }, (_, i) => first + i);
  for (let i = 0; i < count; i += 1)
    for (let value = 0; value < 3072; value += 1)
      images[i * 3072 + value] =
        bytes[(first + i) * 3073 + 1 + (value % 3) * 1024 + Math.floor(value / 3)]! / 255;
  const labels = Int32Array.from(exampleIds, (id) => bytes[id * 3073]!);
  return { images, labels, exampleIds };
}
