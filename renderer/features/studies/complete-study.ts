import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { enclosingPath } from './enclosing-path.ts';
import { fieldsAt, valuesAt } from './study-words.ts';

/** What a field is, where its name does not say it. */
const details: Readonly<Record<string, string>> = {
  name: 'of the study, or of a dataset',
  description: 'the question asked',
  seeds: 'one run per seed',
  exclude: 'cells left out',
  dataset: 'images',
  network: 'what is trained',
  pretrain: 'first training',
  prune: 'which weights are kept',
  finetune: 'training after pruning',
  evaluate: 'attacks and proofs on the test images',
  objective: 'loss that is minimised',
  epochs: 'passes over the training images',
  batch: 'images per step',
  optimizer: 'sgd or adam',
  schedule: 'of the learning rate, or of pruning',
  augmentation: 'dataset or none',
  density: 'kept fraction, in (0, 1]',
  scope: 'layer or network',
  training: 'inside of the pruning stage',
  weights: 'trained, or new ones',
  rounds: 'of iterative pruning',
  every: 'steps between masks',
  batches: 'that gradients are taken of',
  examples: 'test images; of mixed-symbolic, of a batch',
  attacks: 'each one is an evaluation',
  certificates: 'each one is an evaluation',
  openWorld: 'each one is a measurement',
  source: 'inputs of no class of the task',
  detectors: 'scores that accept or reject',
  adaptTo: 'what else the attack climbs',
  acceptance: 'of clean validation images',
  heldOut: 'classes kept out of training',
  norm: 'of the ball',
  epsilon: 'radius, such as 8/255',
  ramp: 'share of steps in which the radius rises',
  naturalShare: 'of the loss, at the end of the ramp',
  weight: 'of the second term of the loss',
  sigma: 'of the noise',
  steps: 'of the attack',
  restarts: 'of the attack',
  intermediate: 'of crown: interval or full',
  scalePenalty: 'on batch-norm scales',
};
/** Names of datasets are the library's; these come with Redoubt or from its importers. */
const datasets = ['glyphs', 'cifar10', 'mnist'];

/** Words that may stand where the cursor is: values after a field that names its alternatives, else field names. */
export function completeStudy(context: CompletionContext): CompletionResult | null {
  const text = context.state.sliceDoc(0, context.pos);
  const before = text.slice(text.lastIndexOf('\n') + 1);
  const value = /(?:^|[\s{,-])([A-Za-z]+):\s*(?:\[[^\]{]*?)?([\w-]*)$/.exec(before);
  if (value !== null) {
    const words = valueWords(text.slice(0, text.length - value[0].trimStart().length), value[1] ?? '');
    return words.length === 0
      ? null
      : { from: context.pos - (value[2] ?? '').length, options: words.map((label) => ({ label })) };
  }
  const item = /^\s*- ([\w-]*)$/.exec(before);
  const field = /^(?:\s*(?:- )?|.*[{,]\s*)([A-Za-z]*)$/.exec(before);
  if (field === null || (field[1] === '' && !context.explicit)) return null;
  const path = enclosingPath(text);
  const kinds = item === null ? [] : bareKinds(path);
  return {
    from: context.pos - (field[1] ?? '').length,
    options: [
      ...kinds.map((label) => ({ label })),
      ...fieldsAt(path).map((label) => ({ label, detail: details[label] ?? '', apply: `${label}: ` })),
    ],
  };
}

const valueWords = (before: string, field: string): string[] => {
  const path = enclosingPath(before);
  const isDataset = field === 'dataset' || (field === 'name' && path.at(-1) === 'dataset');
  return isDataset ? datasets : valuesAt(path, field);
};

/** An item of a list may be a bare kind: `detectors: [msp]`. */
const bareKinds = (path: readonly string[]): string[] =>
  path.length === 0 ? [] : valuesAt(path.slice(0, -1), path.at(-1) ?? '');
