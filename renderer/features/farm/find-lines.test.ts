import { expect, it } from 'vitest';
import { findLines } from './find-lines.ts';

const line = (text: string) => ({ at: 0, level: 'info' as const, text });

it('keeps the lines that hold the words, whatever their case', () => {
  const found = findLines([line('Epoch 1'), line('saved')], 'epoch');
  expect(found.map((each) => each.text)).toEqual(['Epoch 1']);
});

it('marks every place of the words and loses no text', () => {
  const [found] = findLines([line('loss 1, loss 2')], 'LOSS');
  expect(found?.parts.map((part) => part.text).join('')).toBe('loss 1, loss 2');
  expect(found?.parts.filter((part) => part.found)).toHaveLength(2);
});

it('shows everything when nothing is searched', () => {
  expect(findLines([line('a'), line('b')], '  ')).toHaveLength(2);
});
