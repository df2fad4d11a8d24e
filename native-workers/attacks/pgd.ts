import { dispose } from '@tensorflow/tfjs-core';
import { createRandom } from '#workers/array/random.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { randomStarts } from './random-start.ts';
import type { Search, SearchRequest } from './search-request.ts';
import { climb } from './trajectory.ts';

/** Projected gradient descent (Madry et al. 2018) with restarts; every iterate is shown to the witness. */
export const searchPgd: Search<'pgd'> = async (request, witness) => {
  const { attack, graph, parameters } = request;
  const goal = attack.target === 'none' ? 'leave' : 'reach';
  const center = imageTensor(graph, request.images);
  const watched = oneHotTensor(goal === 'leave' ? request.labels : request.targets, graph.classCount);
  for (let restart = 0; restart < attack.restarts; restart += 1) {
    const start = imageTensor(graph, startOf(request, restart));
    const last = await climb({
      graph,
      parameters,
      center,
      start,
      watched,
      goal,
      loss: attack.loss,
      ball: attack,
      stepSize: attack.stepSize,
      steps: attack.steps,
      visit: witness.consider,
    });
    dispose([start, last]);
  }
  dispose([center, watched]);
};

function startOf({ attack, images, exampleIds, seed }: SearchRequest<'pgd'>, restart: number): Float32Array {
  if (!attack.randomStart) return images;
  const streams = Array.from(exampleIds, (id) => createRandom(seed, 'random-start', id, restart));
  return randomStarts(images, attack, streams);
}
