import { createInterface } from 'node:readline';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Answer, Measure, Request } from '../measuring/request.ts';
import { boundCrown, boundCrownFully, boundInterval } from './tasks/bounds.ts';
import { evaluateAttack } from './tasks/evaluation.ts';
import { checkLogits, measureForward, measurePgd } from './tasks/passes.ts';
import type { Prepare, Task } from './tasks/task.ts';
import { learnScores, train, trainEpoch, trainOnBatch } from './tasks/training.ts';

/** Measures one engine of this project, one JSON request a line; `node our-side.ts <onnx|wasm> <threads>`. */
const [kind = 'onnx', threads = '1'] = process.argv.slice(2);
const engine = await createEngine(kind as 'onnx' | 'wasm', { threads: Number(threads) });
const tasks: { readonly [M in Measure]?: Prepare<M> } = {
  checkLogits,
  forward: measureForward,
  pgdStep: measurePgd,
  trainingStep: trainOnBatch,
  adversarialEpoch: trainEpoch,
  attackEvaluation: evaluateAttack,
  learnedScoresEpoch: learnScores,
  intervalBounds: boundInterval,
  crownBounds: boundCrown,
  crownFullBounds: boundCrownFully,
  train,
};
/** Whoever asked is gone, perhaps in the middle of a task. */
process.stdin.on('end', () => process.exit());
const prepared = new Map<string, Task>();
process.stdout.write(`${JSON.stringify({ ready: `${kind} on ${engine.device}` })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const task = prepared.get(line) ?? prepare(JSON.parse(line) as Request);
  prepared.set(line, task);
  const start = performance.now();
  const findings = await task();
  const ms = performance.now() - start;
  const answer: Answer = { ms, ...(await findings?.()) };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

function prepare(request: Request): Task {
  const task = tasks[request.measure] as Prepare<Measure> | undefined;
  if (task === undefined) throw new Error(`This side does not measure ${request.measure}.`);
  return task(request, engine);
}
