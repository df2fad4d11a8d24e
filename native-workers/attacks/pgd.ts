import { createRandom } from '#workers/array/random.ts';
import { imageSize, pickRows } from './image-rows.ts';
import { randomStarts } from './random-start.ts';
import type { Search, SearchRequest } from './search-request.ts';
import { walk } from './walk.ts';

/** Projected gradient descent (Madry et al. 2018) with restarts, from which examples already left are spared. */
export const searchPgd: Search<'pgd'> = async function* (request, witnesses) {
  const { loss, steps, stepSize, restarts, target } = request.attack;
  const goal = target === 'none' ? 'leave' : 'reach';
  for (let restart = 0; restart < restarts; restart += 1) {
    const startsOf = (rows: readonly number[]): Float32Array => startsAt(request, restart, rows);
    for await (const stepsLeft of walk(request, witnesses, { loss, goal, steps, stepSize, startsOf }))
      yield (restarts - restart - 1) * steps + stepsLeft;
  }
};

function startsAt(
  { attack, graph, images, exampleIds, seed }: SearchRequest<'pgd'>,
  restart: number,
  rows: readonly number[],
): Float32Array {
  const origins = pickRows(images, rows, imageSize(graph));
  if (!attack.randomStart) return origins;
  const streams = rows.map((row) => createRandom(seed, 'random-start', exampleIds[row]!, restart));
  return randomStarts(origins, attack, streams);
}
