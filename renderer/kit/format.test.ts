import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatDuration, formatNumber, plural } from './format.ts';

describe('formatDuration', () => {
  it.each([
    [0.2, '< 1 s'],
    [42, '42 s'],
    [60, '1 min'],
    [125, '2 min 5 s'],
    [1800, '30 min'],
    [3600, '1 h'],
    [11_460, '3 h 11 min'],
    [300_000, '3 days'],
  ])('says %s seconds as %s', (seconds, words) => expect(formatDuration(seconds)).toBe(words));
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1536, '1.5 KiB'],
    [214 * 2 ** 30, '214 GiB'],
  ])('says %s bytes as %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words));
});

describe('formatNumber', () => {
  it.each([
    [166_000, '166,000'],
    [0.03137254901960784, '0.03137'],
    [0.5, '0.5'],
    [1.25e-6, '1.25e-6'],
    [10_780_984_189_227_368_000, '1.08e+19'],
  ])('writes %s as %s', (value, text) => expect(formatNumber(value)).toBe(text));
});

it('says how long ago something was, and the date when that is long ago', () => {
  expect(formatAgo(0, 20_000)).toBe('just now');
  expect(formatAgo(0, 180_000)).toBe('3 min ago');
  expect(formatAgo(0, 30 * 86_400_000)).toBe('1 Jan 1970');
});

it('uses the singular for one', () => {
  expect(plural(1, 'run')).toBe('1 run');
  expect(plural(1200, 'run')).toBe('1,200 runs');
});
