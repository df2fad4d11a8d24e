import { expect, it } from 'vitest';
import type { EvaluationCard } from '#contract/views.ts';
import { partWarnings } from './part-warnings.ts';

const clean = { successes: 1, total: 2, value: 0.5, low: 0.1, high: 0.9 };
const card = (stage: string, warnings: readonly string[]): EvaluationCard => ({
  stage,
  label: stage,
  threat: '',
  norm: 'linf',
  epsilon: 0.1,
  clean,
  attacked: clean,
  certified: undefined,
  error: undefined,
  retention: undefined,
  state: 'done',
  warnings,
});

it('says once what is true of every finished evaluation', () => {
  const cards = [card('a', ['few', 'weak']), card('b', ['few']), { ...card('c', []), clean: undefined }];
  const { shared, own } = partWarnings(cards);
  expect(shared).toEqual(['few']);
  expect(cards.map((each) => own.get(each))).toEqual([['weak'], [], []]);
});

it('leaves the warnings of a single evaluation with it', () => {
  const only = card('a', ['few']);
  expect(partWarnings([only])).toMatchObject({ shared: [] });
  expect(partWarnings([only]).own.get(only)).toEqual(['few']);
});
