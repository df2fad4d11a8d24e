import { expect, it } from 'vitest';
import { KeySequence } from './shortcuts.ts';

const press = (sequence: KeySequence, key: string, timeStamp: number): string | undefined =>
  sequence.press({ key, timeStamp });

it('goes to the farm after g f', () => {
  const sequence = new KeySequence();
  expect(press(sequence, 'g', 0)).toBeUndefined();
  expect(press(sequence, 'f', 300)).toBe('#/farm');
});

it('forgets g after a while and after another key', () => {
  const sequence = new KeySequence();
  press(sequence, 'g', 0);
  expect(press(sequence, 'f', 5000)).toBeUndefined();
  press(sequence, 'g', 6000);
  press(sequence, 'x', 6100);
  expect(press(sequence, 'f', 6200)).toBeUndefined();
});
