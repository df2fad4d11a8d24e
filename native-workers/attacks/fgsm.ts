import { dispose } from '@tensorflow/tfjs-core';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import type { Search } from './search-request.ts';
import { climb } from './trajectory.ts';

/** Fast gradient sign method (Goodfellow et al. 2015): one step of the whole epsilon from the image. */
export const searchFgsm: Search<'fgsm'> = async (request, witness) => {
  const { attack, graph, parameters } = request;
  const center = imageTensor(graph, request.images);
  const watched = oneHotTensor(request.labels, graph.classCount);
  const last = await climb({
    graph,
    parameters,
    center,
    start: center,
    watched,
    goal: 'leave',
    loss: 'cross-entropy',
    ball: attack,
    stepSize: attack.epsilon,
    steps: 1,
    visit: witness.consider,
  });
  dispose([center, watched, last]);
};
