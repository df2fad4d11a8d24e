import { tidy } from '@tensorflow/tfjs-core';
import { forward } from '#workers/networks/forward.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { padRows } from './batch-width.ts';
import { imageSize, pickRows } from './image-rows.ts';
import type { SearchRequest } from './search-request.ts';
import type { Witnesses } from './witnesses.ts';

/** Shows the witnesses one point for each of the rows; `points` go row by row. */
export async function tryPoints(
  { graph, parameters }: Pick<SearchRequest, 'graph' | 'parameters'>,
  witnesses: Witnesses,
  { rows, points }: { readonly rows: readonly number[]; readonly points: Float32Array },
): Promise<void> {
  if (rows.length === 0) return;
  const size = imageSize(graph);
  const padded = pickRows(points, padRows([...rows.keys()]), size);
  const logits = tidy(() => forward(graph, parameters, imageTensor(graph, padded)));
  const improved = witnesses.weigh(rows, (await logits.data()) as Float32Array);
  logits.dispose();
  for (const [lane, row] of rows.entries())
    if (improved[lane] === 1)
      witnesses.points.set(points.subarray(lane * size, (lane + 1) * size), row * size);
}
