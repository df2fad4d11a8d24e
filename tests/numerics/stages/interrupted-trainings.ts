import { everyKindNetwork } from '../every-kind.ts';
import { tinyNetwork, type StageLab } from './stage-lab.ts';

const normalized = everyKindNetwork([32, 32, 3], 10);
const brief = { objective: 'natural', batch: 32 } as const;

/** Ninety images, and a network of each make that the stages below go on from. */
export async function prepareTrainings({ run }: StageLab): Promise<void> {
  await run('data', {
    kind: 'import',
    dataset: { kind: 'glyphs', train: 90, validation: 20, test: 300, seed: 4 },
  });
  const pretrained = { kind: 'pretrain', from: { data: 'data' }, seed: 1 } as const;
  await run('dense', { ...pretrained, network: tinyNetwork, training: { ...brief, epochs: 2 } });
  await run('normalized', { ...pretrained, network: normalized, training: { ...brief, epochs: 1 } });
  await run('pruned', {
    kind: 'prune',
    pruning: { kind: 'magnitude', density: 0.3, scope: 'network' },
    from: { data: 'data', model: 'dense' },
    seed: 1,
  });
}

/** Three epochs of three steps each, the last of an epoch with a smaller batch. */
export const stepCount = 9;
const steps = { epochs: 3, batch: 40 } as const;
const adversarial = { kind: 'adversarial', steps: 2, stepSize: '4/255' } as const;
const natural = { ...steps, objective: 'natural' } as const;
const momentum = { kind: 'sgd', learningRate: 0.05 } as const;
const adam = { kind: 'adam', weightDecay: 0.01 } as const;

const seed = 7;
const pretrain = { kind: 'pretrain', from: { data: 'data' }, seed } as const;
const pruneFrom = (model: string) => ({ kind: 'prune', from: { data: 'data', model }, seed }) as const;

/** Every way of training joins here, and ends with the same bits wherever it was interrupted. */
export const trainings = [
  {
    name: 'pre-training, adversarial, SGD with momentum',
    recipe: {
      ...pretrain,
      network: tinyNetwork,
      training: { ...steps, objective: adversarial, optimizer: momentum },
    },
  },
  {
    name: 'fine-tuning a pruned network, Adam, with warm-up',
    recipe: {
      kind: 'finetune',
      training: { ...natural, optimizer: adam, schedule: { kind: 'cosine', warmupEpochs: 1 } },
      from: { data: 'data', model: 'pruned' },
      seed,
    },
  },
  {
    name: 'pre-training with running statistics and dropout',
    recipe: {
      ...pretrain,
      network: normalized,
      training: { ...steps, objective: adversarial, optimizer: momentum },
    },
  },
  {
    name: 'pruning in rounds, Adam',
    recipe: {
      ...pruneFrom('dense'),
      pruning: {
        kind: 'magnitude',
        density: 0.2,
        schedule: { kind: 'iterative', rounds: 4, training: { ...natural, optimizer: adam } },
      },
    },
  },
  {
    name: 'learning scores beside running statistics',
    recipe: {
      ...pruneFrom('normalized'),
      pruning: {
        kind: 'learned-scores',
        density: 0.3,
        training: { ...steps, objective: adversarial },
      },
    },
  },
  {
    name: 'adding up gradients',
    validations: 1,
    recipe: {
      ...pruneFrom('dense'),
      pruning: { kind: 'gradient', density: 0.3, objective: adversarial, batch: 10, batches: 9 },
    },
  },
  {
    name: 'pre-training amid ramps of radius and bounds, with a penalty of scales',
    recipe: {
      ...pretrain,
      network: normalized,
      training: {
        ...steps,
        objective: { kind: 'crown-interval', ramp: 0.7 },
        optimizer: 'adam',
        scalePenalty: 1e-3,
      },
    },
  },
] as const;

/** A clock on which every look finds a checkpoint due. */
export function hurriedClock(): () => number {
  let time = 0;
  return () => (time += 60_000);
}
