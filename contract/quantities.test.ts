import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { densitySchema, epsilonSchema, formatFraction, parseFraction, seedSchema } from './quantities.ts';

const firstMessage = (result: { error?: { issues: readonly { message: string }[] } }) =>
  result.error?.issues[0]?.message ?? '';

describe('parseFraction', () => {
  it('reads every number of grey levels as the very double that JavaScript divides', () => {
    for (let levels = 0; levels <= 255; levels++) expect(parseFraction(`${levels}/255`)).toBe(levels / 255);
  });

  it('reads a quotient of integers as the nearest double, spaces or not', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (over, under) => {
        expect(parseFraction(` ${over} / ${under} `)).toBe(over / under);
      }),
    );
  });

  it('reads back every finite number that JavaScript writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseFraction(String(value))).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });

  it.each([
    '',
    ' ',
    '8/',
    '/255',
    '8/0',
    '8//255',
    '1/2/3',
    'eight',
    '0x10',
    'Infinity',
    'NaN',
    '1,5',
    '8/-255',
  ])('refuses %j', (text) => {
    expect(parseFraction(text)).toBeUndefined();
  });
});

describe('formatFraction', () => {
  it('writes a radius so that it reads back as the same double', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), greyLevels()), (value) => {
        expect(parseFraction(formatFraction(value))).toBe(value);
      }),
    );
  });

  it('writes grey levels as the papers do, and short decimals as they are', () => {
    expect([8 / 255, 2 / 255, 0.031, 0.2, 0.3, 0, 1].map(formatFraction)).toEqual([
      '8/255',
      '2/255',
      '0.031',
      '0.2',
      '0.3',
      '0',
      '1',
    ]);
  });
});

describe('schemas of quantities', () => {
  it('gives the text 8/255 and the number 8/255 the same epsilon', () => {
    expect(epsilonSchema.parse('8/255')).toBe(epsilonSchema.parse(8 / 255));
  });

  it('asks whether sparsity was meant by a density outside (0, 1]', () => {
    for (const density of [0, -0.1, 90, '3/2'])
      expect(firstMessage(densitySchema.safeParse(density))).toContain('was sparsity meant?');
    expect(densitySchema.parse(1)).toBe(1);
  });

  it('refuses a negative epsilon and a seed that 32 bits cannot hold', () => {
    expect(firstMessage(epsilonSchema.safeParse('-8/255'))).toContain('must not be negative');
    expect(seedSchema.safeParse(2 ** 32).success).toBe(false);
    expect(seedSchema.safeParse(0.5).success).toBe(false);
  });
});

const greyLevels = () => fc.integer({ min: 0, max: 255 }).map((levels) => levels / 255);
