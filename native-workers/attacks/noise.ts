import { createRandom } from '#workers/array/random.ts';
import { imageSize, pickRows } from './image-rows.ts';
import { randomStarts } from './random-start.ts';
import type { Search } from './search-request.ts';
import { tryPoints } from './try-points.ts';

/** Uniform draws from the ball: a control without gradients, which must never beat one with them. */
export const searchNoise: Search<'noise'> = async function* (request, witnesses) {
  const { attack, graph, images, exampleIds, seed } = request;
  for (let draw = 0; draw < attack.draws; draw += 1) {
    const rows = witnesses.open();
    const streams = rows.map((row) => createRandom(seed, 'noise', exampleIds[row]!, draw));
    const points = randomStarts(pickRows(images, rows, imageSize(graph)), attack, streams);
    await tryPoints(request, witnesses, { rows, points });
    yield attack.draws - draw - 1;
  }
};
