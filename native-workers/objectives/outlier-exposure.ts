import { crossEntropy } from '#workers/networks/losses.ts';
import { descendBesideOutliers, imagesAndOutliers } from './beside-outliers.ts';
import type { ObjectiveRule } from './objective-rule.ts';
import { outlierLosses } from './outlier-losses.ts';

/** Outlier exposure (Hendrycks et al. 2019): of outliers the network shall say that all classes are alike. */
export const outlierExposureRule: ObjectiveRule<'outlier-exposure'> = ({ weight }, context) =>
  Promise.resolve(
    descendBesideOutliers(context, {
      points: imagesAndOutliers(context),
      as: 'alike',
      weight,
      weigh: ({ logits, outlierLogits, labels }) => ({
        ofImages: crossEntropy(logits, labels),
        ofOutliers: outlierLosses.alike(outlierLogits),
      }),
    }),
  );
