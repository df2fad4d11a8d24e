import { expect, it } from 'vitest';
import { spacedRadii } from './spaced-radii.ts';

it('labels the smallest radius and leaves out those too near to one before', () => {
  expect(spacedRadii([8, 0, 1, 2, 4])).toEqual([0, 2, 4, 8]);
});
