import { dispose } from '@tensorflow/tfjs-core';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { showAt } from './ascent.ts';
import { padRows } from './batch-width.ts';
import { imageSize, pickRows } from './image-rows.ts';
import type { SearchRequest } from './search-request.ts';
import type { Witnesses } from './witnesses.ts';

/** Shows the witnesses one point for each of the rows; `points` go row by row. */
export async function tryPoints(
  request: Pick<SearchRequest, 'graph' | 'parameters' | 'targets' | 'companion'>,
  witnesses: Witnesses,
  { rows, points }: { readonly rows: readonly number[]; readonly points: Float32Array },
): Promise<void> {
  if (rows.length === 0) return;
  const { graph, targets, companion } = request;
  const size = imageSize(graph);
  const lanes = padRows([...rows.keys()]);
  const tried = imageTensor(graph, pickRows(points, lanes, size));
  // only a companion looks at targets: those of untargeted attacks, which are no classes, need not be told
  const aims =
    companion === undefined ? new Int32Array(lanes.length) : lanes.map((lane) => targets[rows[lane]!]!);
  const watched = oneHotTensor(Int32Array.from(aims), graph.classCount);
  const shown = showAt(tried, { ...request, watched, loss: 'cross-entropy', goal: 'reach' });
  const improved = witnesses.weigh(rows, (await shown.data()) as Float32Array);
  dispose([tried, watched, shown]);
  for (const [lane, row] of rows.entries())
    if (improved[lane] === 1)
      witnesses.points.set(points.subarray(lane * size, (lane + 1) * size), row * size);
}
