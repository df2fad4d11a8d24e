import type { Schedule } from '#contract/objective.ts';

/** Where in a training stage a step lies; `step` counts from 0 over the whole stage. */
export type StepPosition = { readonly step: number; readonly stepsPerEpoch: number; readonly epochs: number };

/**
 * The learning rate of one step. Warm-up rises linearly, reaching `base` with its last step; the cosine then
 * spans the rest of the stage, changing every step; `step` counts whole epochs from the stage's start.
 */
export function learningRateAt(schedule: Schedule, base: number, position: StepPosition): number {
  const { step, stepsPerEpoch, epochs } = position;
  const warmupSteps = Math.round(schedule.warmupEpochs * stepsPerEpoch);
  if (step < warmupSteps) return (base * (step + 1)) / warmupSteps;
  switch (schedule.kind) {
    case 'constant':
      return base;
    case 'cosine':
      return cosine(base, step - warmupSteps, epochs * stepsPerEpoch - warmupSteps);
    case 'step':
      return base * schedule.factor ** Math.floor(Math.floor(step / stepsPerEpoch) / schedule.everyEpochs);
  }
}

function cosine(base: number, step: number, steps: number): number {
  return (base * (1 + Math.cos((Math.PI * step) / steps))) / 2;
}
