import { createRandom } from '#workers/array/random.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { randomStarts } from './random-start.ts';
import type { Search } from './search-request.ts';

/** Uniform draws from the ball: a control without gradients, which must never beat one with them. */
export const searchNoise: Search<'noise'> = async ({ attack, graph, images, exampleIds, seed }, witness) => {
  for (let draw = 0; draw < attack.draws; draw += 1) {
    const streams = Array.from(exampleIds, (id) => createRandom(seed, 'noise', id, draw));
    const points = imageTensor(graph, randomStarts(images, attack, streams));
    await witness.evaluate(points);
    points.dispose();
  }
};
