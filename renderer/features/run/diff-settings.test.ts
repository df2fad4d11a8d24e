import { expect, it } from 'vitest';
import { diffSettings } from './diff-settings.ts';

it('gives only what differs, also where one run lacks the setting', () => {
  const ours = { seed: 0, settings: { network: 'mlp', 'prune.density': 0.1 } };
  const theirs = { seed: 1, settings: { network: 'mlp', prune: 'none' } };
  expect(diffSettings(ours, theirs)).toEqual([
    { path: 'prune', ours: undefined, theirs: 'none' },
    { path: 'prune.density', ours: 0.1, theirs: undefined },
    { path: 'seed', ours: 0, theirs: 1 },
  ]);
});
