import type { Pruning } from '#contract/pruning.ts';
import type { StepPosition } from '#workers/optimizers/schedules.ts';

export type MaskSchedule = NonNullable<Extract<Pruning, { kind: 'magnitude' }>['schedule']>;

/** The part of a gradual stage's steps by whose end the target is reached; the rest trains under the final mask. */
const risingShare = 0.75;

/**
 * The density that a new mask is made for before a step; undefined where the mask stays. The mask of the target comes
 * at the latest when training ends, and then not from here (docs/decisions/0016).
 */
export function densityAt(
  schedule: MaskSchedule,
  target: number,
  position: StepPosition,
): number | undefined {
  switch (schedule.kind) {
    case 'iterative':
      return iterativeDensityAt(schedule.rounds, target, position);
    case 'gradual':
      return gradualDensityAt(schedule.every, target, position);
  }
}

/**
 * Where a step stands in the training with a learning-rate schedule of its own: between two rounds of an iterative
 * pruning, or the whole stage.
 */
export function gapAt(schedule: MaskSchedule, position: StepPosition): StepPosition {
  if (schedule.kind === 'gradual') return position;
  const { step, stepsPerEpoch } = position;
  const starts = roundStarts(schedule.rounds, position);
  const gap = starts.findLastIndex((start, round) => start <= step && round < schedule.rounds - 1);
  const [first, last] = [starts[gap]!, starts[gap + 1]!];
  return { step: step - first, stepsPerEpoch, epochs: (last - first) / stepsPerEpoch };
}

/** tfmot's PolynomialDecay with power 3 (Zhu and Gupta 2017, arXiv:1710.01878, equation 1), clamped outside its range. */
export function sparsityAt(
  {
    initial,
    final,
    begin,
    end,
  }: { readonly initial: number; readonly final: number; readonly begin: number; readonly end: number },
  step: number,
): number {
  const passed = Math.min(1, Math.max(0, (step - begin) / (end - begin)));
  return final + (initial - final) * (1 - passed) ** 3;
}

/** Density target^(k / rounds) in round k = 1 … rounds. */
function iterativeDensityAt(rounds: number, target: number, position: StepPosition): number | undefined {
  const round = roundStarts(rounds, position).lastIndexOf(position.step) + 1;
  return round === 0 ? undefined : target ** (round / rounds);
}

/** The step before which each round prunes: the first before all training, the last when it is over. */
function roundStarts(rounds: number, { stepsPerEpoch, epochs }: StepPosition): readonly number[] {
  const steps = epochs * stepsPerEpoch;
  return Array.from({ length: rounds }, (_, round) => Math.round((round * steps) / (rounds - 1)));
}

function gradualDensityAt(
  every: number,
  target: number,
  { step, stepsPerEpoch, epochs }: StepPosition,
): number | undefined {
  const rising = Math.max(1, Math.floor(risingShare * epochs * stepsPerEpoch));
  const interval = Math.min(every, rising);
  const end = Math.floor(rising / interval) * interval;
  if (step === 0 || step > end || step % interval !== 0) return undefined;
  return step === end ? target : 1 - sparsityAt({ initial: 0, final: 1 - target, begin: 0, end }, step);
}
