import { expect, it } from 'vitest';
import { parseStoredView } from './stored-view.ts';

it('keeps what it understands and leaves the rest', () => {
  const sorts = [{ column: 'run:seed', descending: true }];
  expect(parseStoredView({ filter: 'clean > 0', sorts, columns: [1], x: 3 })).toEqual({
    filter: 'clean > 0',
    sorts,
  });
});

it('understands nothing of what is no object', () => {
  expect(parseStoredView('runs')).toBeUndefined();
  expect(parseStoredView(null)).toBeUndefined();
});
