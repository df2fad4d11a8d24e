import { expect, it } from 'vitest';
import { countCertified } from './bench-certify.ts';

it('counts an image as certified when every margin but that of its own label is above 0', () => {
  const margins = [0, 1, 2, 0.5, 0, 0, 3, -1, 0];
  expect(countCertified({ classCount: 3 }, margins)).toBe(1);
});
