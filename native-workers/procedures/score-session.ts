import type { Training } from '#contract/objective.ts';
import {
  disposeTensors,
  fromTensors,
  toTensors,
  toTrainedTensors,
  type ParameterSet,
} from '#workers/networks/parameters.ts';
import { createOptimizer, exportSlots, importSlots } from '#workers/optimizers/optimizer.ts';
import { disposeCarried } from '#workers/objectives/carried.ts';
import type { MaskTarget } from '#workers/pruning/choose-kept.ts';
import { initialScores } from '#workers/pruning/initial-scores.ts';
import { maskByScores } from '#workers/pruning/mask-by-scores.ts';
import { scoreStep, trainedWithScores, type ScoreState } from '#workers/pruning/score-step.ts';
import type { Model } from './model-file.ts';
import {
  arraysIn,
  carriedIn,
  keysIn,
  keysOfCarried,
  slotsOfOptimizer,
  type TrainingSnapshot,
} from './training-checkpoint.ts';
import { lossOf, type TrainingSession } from './training-session.ts';

/** Where a snapshot keeps scores, beside the optimizer's slots. */
export const scoreSlot = 'score';

/** Learns scores while weights stand still; the mask is made anew for every step. */
export function openScoreSession(
  training: Training,
  target: MaskTarget,
  origin: Model | TrainingSnapshot,
): TrainingSession {
  const { graph } = origin;
  const optimizer = createOptimizer(training.optimizer);
  const scores = 'slots' in origin ? arraysIn(origin, scoreSlot) : initialScores(graph, origin.parameters);
  let state = open();
  let masked = maskWeights(scores);

  function open(): ScoreState {
    const begun = {
      parameters: toTensors(graph, origin.parameters),
      scores: toTrainedTensors(graph, scores),
    };
    if (!('slots' in origin)) return { ...begun, optimizer: optimizer.init(trainedWithScores(begun)) };
    return {
      ...begun,
      optimizer: importSlots(graph, origin.optimizerStep, slotsOfOptimizer(origin, scoreSlot)),
      carried: carriedIn(origin),
    };
  }

  function maskWeights(scores: ParameterSet) {
    return maskByScores(graph, target, { parameters: state.parameters, scores });
  }

  return {
    graph,
    parameters: () => ({ ...state.parameters, ...masked }),
    async step(settings) {
      const stepping = scoreStep({ graph, ...lossOf(training), optimizer, state, masked, ...settings });
      const { state: after, ...findings } = await stepping;
      disposeTensors(masked);
      state = after;
      masked = maskWeights(await fromTensors(graph, state.scores));
      return findings;
    },
    snapshot: async (step) => ({
      graph,
      masks: origin.masks,
      step,
      parameters: await fromTensors(graph, state.parameters),
      optimizerStep: state.optimizer.step,
      slots: new Map([
        ...(await exportSlots(graph, state.optimizer)),
        ...keysIn(scoreSlot, await fromTensors(graph, state.scores)),
        ...(await keysOfCarried(state.carried)),
      ]),
    }),
    dispose() {
      for (const held of [state.parameters, state.scores, state.optimizer.slots, masked])
        disposeTensors(held);
      disposeCarried(state.carried);
    },
  };
}
