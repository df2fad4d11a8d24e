import { tidy } from '@tensorflow/tfjs-core';
import type { Epsilon } from '#contract/quantities.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { forward } from '#workers/networks/forward.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor, predict } from '#workers/networks/predict.ts';
import { readRecords, uploadWeights, type Prepare } from './task.ts';

export const checkLogits: Prepare<'checkLogits'> = (request) => {
  const parameters = uploadWeights(request);
  const records = readRecords(request.images, request.batch);
  return async () => {
    const { logits } = await predict({ graph: request.graph, parameters, ...records });
    return () => ({ logits: [...logits] });
  };
};

export const measureForward: Prepare<'forward'> = (request, engine) => {
  const { graph } = request;
  const parameters = uploadWeights(request);
  engine.freeze(parameters);
  const images = imageTensor(graph, readRecords(request.images, request.batch).images);
  return async () => {
    const logits = tidy(() => forward(graph, parameters, images));
    await logits.data();
    logits.dispose();
    return undefined;
  };
};

/** So many steps as training takes them: nobody reads anything in between. */
export const measurePgd: Prepare<'pgdStep'> = (request, engine) => {
  const { graph, attack } = request;
  const parameters = uploadWeights(request);
  engine.freeze(parameters);
  const { images, labels } = readRecords(request.images, request.batch);
  const center = imageTensor(graph, images);
  const watched = oneHotTensor(labels, graph.classCount);
  const ball = { norm: 'linf', epsilon: attack.epsilon as Epsilon } as const;
  const search = { graph, parameters, center, start: center, watched, ball, ...attack };
  return async () => {
    const last = await climb({ ...search, loss: 'cross-entropy', goal: 'leave' });
    await last.data();
    last.dispose();
    return undefined;
  };
};
