import { expect, it } from 'vitest';
import { removalAct, removalWords } from './removal-words.ts';

it('counts what leaves for good and what other studies keep', () => {
  const removal = { runs: 6, results: 21, sharedRuns: 2, sharedResults: 1 };
  expect(removalWords(removal)).toEqual([
    '6 runs and 21 results (trained networks, evaluations and their files) leave for good.',
    '2 runs and 1 result that other studies use too stay.',
  ]);
  expect(removalAct(removal)).toBe('Remove study and 6 runs');
});

it('speaks of runs and of results only where there are some', () => {
  const removal = { runs: 36, results: 0, sharedRuns: 0, sharedResults: 1 };
  expect(removalWords(removal)).toEqual([
    '36 runs (trained networks, evaluations and their files) leave for good.',
    '1 result that other studies use too stays.',
  ]);
});

it('says when nothing leaves and when nothing is shared', () => {
  expect(removalWords({ runs: 0, results: 0, sharedRuns: 3, sharedResults: 9 })[0]).toMatch(/No run/);
  expect(removalAct({ runs: 0, results: 0, sharedRuns: 3, sharedResults: 9 })).toBe('Remove study');
  expect(removalWords({ runs: 1, results: 4, sharedRuns: 0, sharedResults: 0 })[1]).toMatch(/No other/);
});
