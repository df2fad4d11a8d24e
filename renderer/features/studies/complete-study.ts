import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { networkKinds } from '#contract/network.ts';

type Word = { readonly label: string; readonly detail: string };

const fields: readonly Word[] = [
  { label: 'name', detail: 'of the study' },
  { label: 'description', detail: 'the question asked' },
  { label: 'seeds', detail: 'one run per seed' },
  { label: 'exclude', detail: 'cells left out' },
  { label: 'dataset', detail: 'images' },
  { label: 'network', detail: 'what is trained' },
  { label: 'pretrain', detail: 'first training' },
  { label: 'prune', detail: 'which weights are kept' },
  { label: 'finetune', detail: 'training after pruning' },
  { label: 'evaluate', detail: 'attacks on the test images' },
  { label: 'objective', detail: 'loss that is minimised' },
  { label: 'epochs', detail: 'passes over the training images' },
  { label: 'batch', detail: 'images per step' },
  { label: 'optimizer', detail: 'sgd or adam' },
  { label: 'schedule', detail: 'of the learning rate' },
  { label: 'learningRate', detail: '' },
  { label: 'augmentation', detail: 'dataset or none' },
  { label: 'kind', detail: '' },
  { label: 'density', detail: 'kept fraction, in (0, 1]' },
  { label: 'scope', detail: 'layer or network' },
  { label: 'examples', detail: 'test images' },
  { label: 'attacks', detail: 'each one is an evaluation' },
  { label: 'certificates', detail: 'each one is an evaluation' },
  { label: 'norm', detail: 'linf or l2' },
  { label: 'epsilon', detail: 'radius, such as 8/255' },
  { label: 'steps', detail: 'of the attack' },
  { label: 'restarts', detail: 'of the attack' },
  { label: 'intermediate', detail: 'of crown: interval or full' },
  { label: 'sigma', detail: 'noise of smoothing' },
];

const values: Readonly<Record<string, readonly string[]>> = {
  dataset: ['glyphs', 'cifar10', 'mnist'],
  network: networkKinds,
  objective: ['natural', 'adversarial', 'matched'],
  optimizer: ['sgd', 'adam'],
  schedule: ['constant', 'cosine', 'step'],
  augmentation: ['dataset', 'none'],
  kind: [
    'none',
    'random',
    'magnitude',
    'fgsm',
    'pgd',
    'noise',
    'interval',
    'crown',
    'forward-linear',
    'smoothing',
    'natural',
    'adversarial',
  ],
  scope: ['network', 'layer'],
  norm: ['linf', 'l2'],
  loss: ['cross-entropy', 'margin'],
  intermediate: ['interval', 'full'],
};

/** Words that may stand where the cursor is: values after a field that names its alternatives, else field names. */
export function completeStudy(context: CompletionContext): CompletionResult | null {
  const before = context.state.doc
    .lineAt(context.pos)
    .text.slice(0, context.pos - context.state.doc.lineAt(context.pos).from);
  const value = /(?:^|[\s{,-])([A-Za-z]+):\s*(?:\[[^\]]*?)?([\w-]*)$/.exec(before);
  if (value !== null) {
    const known = values[value[1] ?? ''];
    if (known === undefined) return null;
    return { from: context.pos - (value[2] ?? '').length, options: known.map((label) => ({ label })) };
  }
  const field = /^(?:\s*(?:- )?|.*[{,]\s*)([A-Za-z]*)$/.exec(before);
  if (field === null || (field[1] === '' && !context.explicit)) return null;
  return {
    from: context.pos - (field[1] ?? '').length,
    options: fields.map((word) => ({ ...word, apply: `${word.label}: ` })),
  };
}
