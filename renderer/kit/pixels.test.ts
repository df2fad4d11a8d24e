import { expect, it } from 'vitest';
import { decodeBase64, toRgba } from './pixels.ts';

it('decodes base64 to the bytes that were encoded', () => {
  expect([...decodeBase64('AAF//w==')]).toEqual([0, 1, 127, 255]);
});

it('spreads a grey image over red, green and blue', () => {
  expect([...toRgba(Uint8Array.of(7, 200), [1, 2, 1])]).toEqual([7, 7, 7, 255, 200, 200, 200, 255]);
});

it('keeps the order of colour channels', () => {
  expect([...toRgba(Uint8Array.of(1, 2, 3), [1, 1, 3])]).toEqual([1, 2, 3, 255]);
});

it('refuses bytes that do not fill the shape', () => {
  expect(() => toRgba(Uint8Array.of(1, 2), [1, 1, 3])).toThrow('Expected 3 bytes');
});
