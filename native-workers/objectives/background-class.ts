import { crossEntropy } from '#workers/networks/losses.ts';
import { descendBesideOutliers, imagesAndOutliers } from './beside-outliers.ts';
import { expectBackground } from './expect-background.ts';
import type { ObjectiveRule } from './objective-rule.ts';
import { outlierLosses } from './outlier-losses.ts';

/** Outliers are classified like everything else, as the last class. */
export const backgroundClassRule: ObjectiveRule<'background-class'> = ({ weight }, context) => {
  expectBackground(context.graph);
  return Promise.resolve(
    descendBesideOutliers(context, {
      points: imagesAndOutliers(context),
      as: 'background',
      weight,
      weigh: ({ logits, outlierLogits, labels }) => ({
        ofImages: crossEntropy(logits, labels),
        ofOutliers: outlierLosses.background(outlierLogits),
      }),
    }),
  );
};
