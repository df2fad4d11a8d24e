import type { NetworkGraph } from '#contract/network.ts';
import type { Training } from '#contract/objective.ts';
import { fromTensors, disposeTensors, toMaskTensors, toTensors } from '#workers/networks/parameters.ts';
import type { MaskSet } from '#workers/networks/parameters.ts';
import type { BatchMeasures } from '#workers/objectives/objective-rule.ts';
import { trainStep, type Batch, type TrainingState } from '#workers/objectives/train-step.ts';
import type { StepPosition } from '#workers/optimizers/schedules.ts';
import { createOptimizer, exportSlots, importSlots } from '#workers/optimizers/optimizer.ts';
import type { Model } from './model-file.ts';
import type { TrainingSnapshot } from './training-checkpoint.ts';

/** A network being trained inside the engine, and what carries it from step to step. */
export type TrainingSession = {
  readonly graph: NetworkGraph;
  readonly masks: MaskSet;
  /** The network's tensors as of the last step; they live until the next one. */
  parameters(): TrainingState['parameters'];
  step(settings: StepSettings): Promise<BatchMeasures>;
  snapshot(step: number): Promise<TrainingSnapshot>;
  dispose(): void;
};
type StepSettings = {
  readonly batch: Batch;
  readonly learningRate: number;
  readonly seed: number;
  readonly epoch: number;
  readonly position: StepPosition;
};

/** Starts from a model with a new optimizer, or from a snapshot with everything as it was. */
export function openSession(training: Training, origin: Model | TrainingSnapshot): TrainingSession {
  const { graph, masks } = origin;
  const optimizer = createOptimizer(training.optimizer);
  const maskTensors = masks.size > 0 ? toMaskTensors(graph, masks) : undefined;
  const parameters = toTensors(graph, origin.parameters);
  let state: TrainingState = {
    parameters,
    optimizer:
      'slots' in origin ? importSlots(graph, origin.optimizerStep, origin.slots) : optimizer.init(parameters),
  };
  return {
    graph,
    masks,
    parameters: () => state.parameters,
    async step(settings) {
      const result = await trainStep({
        graph,
        objective: training.objective,
        optimizer,
        state,
        ...(maskTensors === undefined ? {} : { masks: maskTensors }),
        ...(training.scalePenalty === undefined ? {} : { scalePenalty: training.scalePenalty }),
        ...settings,
      });
      state = result.state;
      return result;
    },
    snapshot: async (step) => ({
      graph,
      masks,
      step,
      parameters: await fromTensors(graph, state.parameters),
      optimizerStep: state.optimizer.step,
      slots: await exportSlots(graph, state.optimizer),
    }),
    dispose() {
      disposeTensors(state.parameters);
      disposeTensors(state.optimizer.slots);
      if (maskTensors !== undefined) disposeTensors(maskTensors);
    },
  };
}
