import { expect, it } from 'vitest';
import { shownLabel } from './shown-label.ts';

it('cuts a label to its room and leaves out what would say nothing', () => {
  expect(shownLabel('prune', 200)).toBe('prune');
  expect(shownLabel('pretrain cnn-small', 60)).toBe('pretrain…');
  expect(shownLabel('pretrain cnn-small', 20)).toBe('');
});
