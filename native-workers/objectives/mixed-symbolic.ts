import { concat, dispose, mul, tidy, type Tensor1D } from '@tensorflow/tfjs-core';
import { createRandom } from '#workers/array/random.ts';
import { batchWidth } from '#workers/attacks/batch-width.ts';
import { imageSize, pickRows } from '#workers/attacks/image-rows.ts';
import { crossEntropy } from '#workers/networks/losses.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { inputBox } from '#workers/verification/interval.ts';
import {
  findUnstable,
  knownZonotopeMargins,
  type KnownExample,
  type UnstableValues,
} from '#workers/verification/known-zonotope.ts';
import { descend } from './descend.ts';
import { classification } from './natural.ts';
import type { ObjectiveContext, ObjectiveOf, ObjectiveRule } from './objective-rule.ts';
import { between, rampedShare, symbolicWeight } from './ramps.ts';
import { networkOfPass, withNetworkOfPass, worstLogits } from './training-bounds.ts';

/**
 * MixTrain (Wang et al. 2018): cross-entropy, and in most batches that of a few random examples' worst logits, bounded
 * by symbolic intervals pushed forward, which are zonotopes.
 */
export const mixedSymbolicRule: ObjectiveRule<'mixed-symbolic'> = async (objective, context) => {
  const { graph, batch, epoch, position } = context;
  const epsilon = between(0, objective.epsilon, rampedShare(objective.ramp, position));
  const weight = symbolicWeight(objective.ramp, epoch, position);
  const rows = chosenRows(objective, context);
  const examples = await knowExamples(context, rows, epsilon);
  const images = imageTensor(graph, batch.images);
  const ownLabels = Int32Array.from(rows, (row) => batch.labels[row]!);
  const own = oneHotTensor(ownLabels, graph.classCount);
  const descent = descend(context, images, (pass, labels) => {
    const { losses, scores } = classification(pass, labels);
    const remarks = { epsilon, 'symbolic-weight': weight };
    if (examples.length === 0) return { losses, scores, remarks };
    const network = networkOfPass(context, pass);
    const margins = concat(examples.map((example) => knownZonotopeMargins(network, example)));
    const worst = crossEntropy(worstLogits(margins), own);
    const share = (weight * batch.labels.length) / rows.length;
    return { losses: concat<Tensor1D>([losses, mul(worst, share)]), scores, remarks };
  });
  dispose([own, ...examples.flatMap(({ box }) => [box.lower, box.upper])]);
  return descent;
};

/** Rows of the batch whose worst case counts; chance is each example's own, so that their order does not matter. */
function chosenRows(
  { probability, examples }: ObjectiveOf<'mixed-symbolic'>,
  { batch, seed, epoch }: ObjectiveContext,
): readonly number[] {
  const ids = batch.exampleIds;
  const first = ids.reduce((least, id) => Math.min(least, id));
  if (createRandom(seed, 'symbolic-batch', epoch, first).nextUniform() >= probability) return [];
  const lots = Array.from(ids, (id) => createRandom(seed, 'symbolic-example', epoch, id).nextUniform());
  return [...lots.keys()].sort((a, b) => lots[a]! - lots[b]!).slice(0, examples);
}

/** The examples in those rows with what is unstable in each, in lists of few lengths. Boxes are the caller's. */
async function knowExamples(
  context: ObjectiveContext,
  rows: readonly number[],
  epsilon: number,
): Promise<readonly KnownExample[]> {
  if (rows.length === 0) return [];
  const { graph, batch } = context;
  const size = imageSize(graph);
  const boxes = rows.map((row) =>
    tidy(() => inputBox(imageTensor(graph, pickRows(batch.images, [row], size)), epsilon)),
  );
  const found = await withNetworkOfPass(context, async (network) => {
    const lists: UnstableValues[] = [];
    for (const box of boxes) lists.push(await findUnstable(network, box));
    return lists;
  });
  const unstable = equallyLong(found);
  return rows.map((row, i) => ({ box: boxes[i]!, label: batch.labels[row]!, unstable: unstable[i]! }));
}

/** An engine compiles a program for every shape: lists of a node have one length, which is of few. */
function equallyLong(found: readonly UnstableValues[]): readonly UnstableValues[] {
  const longest = (node: string): number => Math.max(...found.map((lists) => lists.get(node)!.length));
  return found.map((lists) => {
    const filled = [...lists].map(([node, places]) => {
      const width = longest(node) === 0 ? 0 : batchWidth(longest(node));
      return [node, [...places, ...Array.from({ length: width - places.length }, () => -1)]] as const;
    });
    return new Map(filled);
  });
}
