import type { Pruning } from '#contract/pruning.ts';
import { densitySchema } from '#contract/quantities.ts';
import type { StepPosition } from '#workers/optimizers/schedules.ts';
import type { Random } from '#workers/array/random.ts';
import { makeMasks, type ScoredModel } from './make-masks.ts';
import { densityAt, type MaskSchedule } from './mask-schedule.ts';
import type { PrunedMasks } from './pruned-masks.ts';

/** New masks while weights are trained. It carries nothing from step to step. */
export type MaskPolicy = {
  /** The density to prune to before a step; undefined where the mask stays. */
  readonly densityAt: (position: StepPosition) => number | undefined;
  readonly choose: (density: number, model: ScoredModel) => PrunedMasks;
};

export const followSchedule = (
  pruning: Extract<Pruning, { kind: 'magnitude' }>,
  schedule: MaskSchedule,
  random: Random,
): MaskPolicy => ({
  densityAt: (position) => densityAt(schedule, pruning.density, position),
  choose: (density, model) => makeMasks({ ...pruning, density: densitySchema.parse(density) }, model, random),
});
