import { expect, it } from 'vitest';
import { outlinePath } from './outline-path.ts';

it('takes the fullest bin to the top and an empty one along the ground', () => {
  expect(outlinePath([0, 4, 2], { width: 30, height: 12 })).toBe('M0,12V12H10V2H20V7H30V12');
});

it('is flat where every weight is pruned', () => {
  expect(outlinePath([0, 0], { width: 20, height: 10 })).toBe('M0,10V10H10V10H20V10');
});
