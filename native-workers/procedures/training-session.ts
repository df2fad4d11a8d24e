import type { NetworkGraph } from '#contract/network.ts';
import type { Training } from '#contract/objective.ts';
import {
  fromTensors,
  disposeTensors,
  toMaskTensors,
  toTensors,
  type ParameterTensors,
} from '#workers/networks/parameters.ts';
import type { BatchMeasures } from '#workers/objectives/objective-rule.ts';
import {
  disposeTrainingState,
  trainStep,
  type Batch,
  type TrainStep,
  type TrainingState,
} from '#workers/objectives/train-step.ts';
import type { StepPosition } from '#workers/optimizers/schedules.ts';
import { createOptimizer, exportSlots, importSlots } from '#workers/optimizers/optimizer.ts';
import type { MaskPolicy } from '#workers/pruning/mask-policy.ts';
import { measureDensity } from '#workers/pruning/measure-density.ts';
import { maskState } from '#workers/pruning/mask-state.ts';
import type { Model } from './model-file.ts';
import { carriedIn, keysOfCarried, slotsOfOptimizer, type TrainingSnapshot } from './training-checkpoint.ts';

/** Something of a network being trained inside the engine, and what carries it from step to step. */
export type TrainingSession = {
  readonly graph: NetworkGraph;
  /** What the network computes with as of the last step; the tensors live until the next one. */
  parameters(): ParameterTensors;
  step(settings: StepSettings): Promise<StepFindings>;
  snapshot(step: number): Promise<TrainingSnapshot>;
  dispose(): void;
};
export type StepSettings = {
  readonly batch: Batch;
  readonly learningRate: number;
  readonly seed: number;
  readonly epoch: number;
  readonly position: StepPosition;
};
export type StepFindings = BatchMeasures & {
  /** Of the mask made for this step; none where the mask stayed. */
  readonly density?: number;
  /** Once in a session: that masks on the way would have emptied layers. */
  readonly warning?: string;
};

/**
 * Trains the weights. Starts from a model with a new optimizer, or from a snapshot with everything as it was. What is
 * pruned stays pruned; a policy prunes more on the way, before the step that it names.
 */
export function openSession(
  training: Training,
  origin: Model | TrainingSnapshot,
  policy?: MaskPolicy,
): TrainingSession {
  const { graph } = origin;
  const optimizer = createOptimizer(training.optimizer);
  const parameters = toTensors(graph, origin.parameters);
  let { masks } = origin;
  let hasWarned = false;
  let maskTensors = toMaskTensors(graph, masks);
  let state: TrainingState =
    'slots' in origin
      ? {
          parameters,
          optimizer: importSlots(graph, origin.optimizerStep, slotsOfOptimizer(origin)),
          carried: carriedIn(origin),
        }
      : { parameters, optimizer: optimizer.init(parameters) };

  async function pruneTo(density: number, { choose }: MaskPolicy): Promise<Partial<StepFindings>> {
    const chosen = choose(density, { graph, masks, parameters: await fromTensors(graph, state.parameters) });
    disposeTensors(maskTensors);
    masks = chosen.masks;
    maskTensors = toMaskTensors(graph, masks);
    const before = state;
    state = maskState(before, maskTensors);
    disposeTrainingState(before);
    const isNews = chosen.warnings.length > 0 && !hasWarned;
    hasWarned ||= isNews;
    const warning = `On the way to the final mask: ${chosen.warnings.join(' ')}`;
    return { density: measureDensity(masks), ...(isNews && { warning }) };
  }

  return {
    graph,
    parameters: () => state.parameters,
    async step(settings) {
      const density = policy?.densityAt(settings.position);
      const pruned = density === undefined ? {} : await pruneTo(density, policy!);
      const given = { graph, ...lossOf(training), ...settings };
      const result = await trainStep({ ...given, optimizer, state, masks: maskTensors });
      state = result.state;
      return { ...result, ...pruned };
    },
    snapshot: async (step) => ({
      graph,
      masks,
      step,
      parameters: await fromTensors(graph, state.parameters),
      optimizerStep: state.optimizer.step,
      slots: new Map([
        ...(await exportSlots(graph, state.optimizer)),
        ...(await keysOfCarried(state.carried)),
      ]),
    }),
    dispose() {
      disposeTrainingState(state);
      disposeTensors(maskTensors);
    },
  };
}

/** What is minimised. */
export const lossOf = ({
  objective,
  scalePenalty,
}: Training): Pick<TrainStep, 'objective' | 'scalePenalty'> => ({
  objective,
  ...(scalePenalty !== undefined && { scalePenalty }),
});
