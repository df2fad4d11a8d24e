import { expect, it } from 'vitest';
import type { RunRow } from '#contract/views.ts';
import { findEntries } from './palette-entries.ts';

const run = (key: string, name: string): RunRow => ({
  key,
  name,
  seed: 0,
  state: 'done',
  studies: [{ id: 1, name: 'Sweep' }],
  settings: {},
  metrics: {},
  createdAt: 0,
  finishedAt: undefined,
});

it('finds a run by words of its name in any order, and leads to it', () => {
  const runs = [run('aa', 'cnn-small natural'), run('bb', 'cnn-large adversarial')];
  const found = findEntries('adversarial large', { studies: [], runs });
  expect(found.map((entry) => entry.act)).toEqual([{ kind: 'go', href: '#/runs/bb' }]);
});

it('finds a command by the start of a word', () => {
  expect(findEntries('pau', { studies: [], runs: [] }).map((entry) => entry.text)).toEqual([
    'Pause the farm',
  ]);
});

it('shows commands before studies and runs', () => {
  const groups = findEntries('', { studies: [], runs: [run('aa', 'one')] }).map((entry) => entry.group);
  expect(groups[0]).toBe('Commands');
  expect(groups.at(-1)).toBe('Runs');
});
