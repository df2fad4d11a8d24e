import { expect, it } from 'vitest';
import { fuzzyScore } from './fuzzy.ts';

it('wants every word of the query', () => {
  expect(fuzzyScore('Compression sweep', 'sweep comp')).toBeDefined();
  expect(fuzzyScore('Compression sweep', 'sweep mismatch')).toBeUndefined();
});

it('prefers the start of a word', () => {
  expect(fuzzyScore('run dense', 'den')!).toBeGreaterThan(fuzzyScore('hidden', 'den')!);
});
