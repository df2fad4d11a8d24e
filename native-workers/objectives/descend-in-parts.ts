import { add, mul, tidy } from '@tensorflow/tfjs-core';
import { imageSize } from '#workers/attacks/image-rows.ts';
import { disposeTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import type { Batch } from './batch.ts';
import type { BatchMeasures, Descent, ObjectiveContext } from './objective-rule.ts';

/**
 * The same descent from `most` examples at a time, each part computed before the next is asked for, in less memory.
 * Batch-norm makes one function of the whole batch: a network with it is never split.
 */
export async function descendInParts(
  context: ObjectiveContext,
  most: number,
  descendPart: (part: ObjectiveContext) => Descent,
): Promise<Descent> {
  const { batch, graph } = context;
  const count = batch.labels.length;
  const isWhole = count <= most || graph.nodes.some(({ kind }) => kind === 'batch-norm');
  if (isWhole) return descendPart(context);
  const size = Math.ceil(count / Math.ceil(count / most));
  let gradients: ParameterTensors = {};
  const measures: (BatchMeasures & { readonly share: number })[] = [];
  for (let first = 0; first < count; first += size) {
    const part = partOf(context, first, Math.min(first + size, count));
    const share = part.batch.labels.length / count;
    const descent = descendPart(part);
    gradients = addShare(gradients, descent.gradients, share);
    measures.push({ ...(await descent.measure()), share });
    await Promise.all(Object.values(gradients).map((gradient) => gradient.data()));
  }
  return { gradients, statistics: {}, measure: () => Promise.resolve(together(measures)) };
}

function partOf(context: ObjectiveContext, first: number, end: number): ObjectiveContext {
  const { images, labels, exampleIds } = context.batch;
  const size = imageSize(context.graph);
  const batch: Batch = {
    images: images.slice(first * size, end * size),
    labels: labels.slice(first, end),
    exampleIds: exampleIds.slice(first, end),
  };
  return { ...context, batch };
}

/** Disposes what both came from. */
function addShare(total: ParameterTensors, gradients: ParameterTensors, share: number): ParameterTensors {
  const sums = tidy(() =>
    Object.fromEntries(
      Object.entries(gradients).map(([name, gradient]) => {
        const weighed = mul(gradient, share);
        return [name, total[name] === undefined ? weighed : add(total[name], weighed)] as const;
      }),
    ),
  );
  disposeTensors(total);
  disposeTensors(gradients);
  return sums;
}

const together = (measures: readonly (BatchMeasures & { readonly share: number })[]): BatchMeasures => ({
  loss: measures.reduce((mean, { loss, share }) => mean + loss * share, 0),
  correct: measures.reduce((total, { correct }) => total + correct, 0),
  remarks: measures[0]!.remarks,
});
