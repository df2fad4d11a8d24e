import { expect, it } from 'vitest';
import { shortLabel } from './stage-label.ts';

it.each([
  [
    'evaluate',
    'evaluate pgd-50 linf 8/255 (adversarial, magnitude 0.1 network, adversarial) seed 0',
    'pgd-50 linf 8/255',
  ],
  ['prune', 'prune magnitude 0.1 network (natural) seed 12', 'magnitude 0.1 network'],
  ['pretrain', 'pretrain cnn-small natural seed 0', 'cnn-small natural'],
  ['fit', 'fit magnet epochs 2 (natural) seed 0', 'magnet epochs 2'],
  ['import', 'import cifar10', 'cifar10'],
] as const)('shortens the label of %s', (kind, label, short) =>
  expect(shortLabel({ kind, label })).toBe(short),
);
