import { add, mul, relu, sub, type Tensor1D } from '@tensorflow/tfjs-core';
import { crossEntropy, logSumExp } from '#workers/networks/losses.ts';
import { descendBesideOutliers, imagesAndOutliers } from './beside-outliers.ts';
import type { ObjectiveOf, ObjectiveRule } from './objective-rule.ts';

/** Energy-bounded learning (Liu et al. 2020, equation 8); margins as in the authors' code. */
export const energyTunedRule: ObjectiveRule<'energy-tuned'> = (objective, context) =>
  Promise.resolve(
    descendBesideOutliers(context, {
      points: imagesAndOutliers(context),
      as: `energies ${objective.energyInside} ${objective.energyOutside} ${objective.weight}`,
      weight: 1,
      weigh: ({ logits, outlierLogits, labels }) => {
        const hinges = energyHinges(objective, {
          inside: logSumExp(logits),
          outside: logSumExp(outlierLogits),
        });
        return {
          ofImages: add<Tensor1D>(crossEntropy(logits, labels), mul(hinges.inside, objective.weight)),
          ofOutliers: mul<Tensor1D>(hinges.outside, objective.weight),
        };
      },
    }),
  );

type Both = { readonly inside: Tensor1D; readonly outside: Tensor1D };

/** Of minus the energies: how far images lie above `energyInside`, and outliers below `energyOutside`, squared. */
function energyHinges(
  { energyInside, energyOutside }: ObjectiveOf<'energy-tuned'>,
  { inside, outside }: Both,
): Both {
  const above = relu(sub(-energyInside, inside));
  const below = relu(add(outside, energyOutside));
  return { inside: mul(above, above), outside: mul(below, below) };
}
