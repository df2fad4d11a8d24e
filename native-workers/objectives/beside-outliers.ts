import {
  add,
  concat,
  mul,
  slice,
  tidy,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { imageTensor } from '#workers/networks/predict.ts';
import type { Batch } from './batch.ts';
import { descend } from './descend.ts';
import type { Descent, ObjectiveContext } from './objective-rule.ts';

/** What an objective makes of one pass over images and, as many, outliers. */
type WeighBoth = (seen: {
  readonly logits: Tensor2D;
  readonly outlierLogits: Tensor2D;
  readonly labels: Tensor2D;
}) => { readonly ofImages: Tensor1D; readonly ofOutliers: Tensor1D };

type BesideOutliers = {
  /** Images, and then outliers; disposed here. */
  readonly points: Tensor4D;
  /** Names the weighing among those of a network, with every number that it depends on. */
  readonly as: string;
  readonly weight: number;
  readonly weigh: WeighBoth;
};

/**
 * The loss of images plus `weight` times that of outliers. Both go through one pass, so that batch-norm is the same
 * function for both; accuracy is that of the images.
 */
export function descendBesideOutliers(
  context: ObjectiveContext,
  { points, as, weight, weigh }: BesideOutliers,
): Descent {
  const count = context.batch.labels.length;
  const classes = context.graph.classCount;
  const both = ({ logits }: { readonly logits: Tensor2D }, labels: Tensor2D) => {
    const half = (first: number): Tensor2D => slice(logits, [first, 0], [count, classes]);
    const scores = half(0);
    const { ofImages, ofOutliers } = weigh({ logits: scores, outlierLogits: half(count), labels });
    return { losses: add<Tensor1D>(ofImages, mul(ofOutliers, weight)), scores };
  };
  return descend(context, points, Object.assign(both, { as: `${as} beside outliers ${weight}` }));
}

/** The images of a batch and then its outliers, owned by the caller. */
export function imagesAndOutliers(context: ObjectiveContext): Tensor4D {
  const { graph, batch } = context;
  const both = [batch.images, outliersIn(batch)];
  return tidy(() => concat(both.map((values) => imageTensor(graph, values))));
}

export function outliersIn({ outliers, images }: Batch): Float32Array {
  if (outliers?.length === images.length) return outliers;
  throw new Error(
    `An objective with outliers needs one beside every image: ${images.length} values were expected, ${String(outliers?.length ?? 'none')} came.`,
  );
}
