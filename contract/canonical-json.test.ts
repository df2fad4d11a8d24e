import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

describe('canonicalJson', () => {
  it('is the same text whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, chance) => {
        expect(canonicalJson(withKeysTurned(value, chance))).toBe(canonicalJson(value));
      }),
    );
  });

  it('reads back as the value, zero without its sign', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is a fixed point: the text of what it says is itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('writes a number in one way, however it was written', () => {
    for (const same of ['100', '1e2', '1.0E+2', '100.000'])
      expect(canonicalJson({ epochs: JSON.parse(same) as number })).toBe('{"epochs":100}');
    expect(canonicalJson([-0, 1e21, 1e-7, 0.1, 5e-324])).toBe('[0,1e+21,1e-7,0.1,5e-324]');
  });

  it('sorts keys by UTF-16 code units, as RFC 8785 does in its own example', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control",' +
        '"\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign",' +
        '"\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it('keeps texts as they are: two ways of writing é are two texts', () => {
    expect(canonicalJson('\u00e9')).not.toBe(canonicalJson('e\u0301'));
    expect(canonicalJson('"\\\n\u2028é😀')).toBe(JSON.stringify('"\\\n\u2028é😀'));
  });

  it('takes an absent field and an undefined one for the same', () => {
    expect(canonicalJson({ a: 1, b: undefined })).toBe(canonicalJson({ a: 1 }));
  });

  it('tells every two different values apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const same = isDeepStrictEqual(reread(left), reread(right));
        expect(canonicalJson(left) === canonicalJson(right)).toBe(same);
      }),
      {
        examples: [
          [[], {}],
          [[{}], [[]]],
          [
            { a: 1, b: 2 },
            { b: 2, a: 1 },
          ],
          [0, -0],
        ],
      },
    );
  });

  it.each([
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['undefined', undefined],
    ['a bigint', 1n],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a typed array', Float64Array.of(1)],
    ['undefined in a list', [undefined]],
    ['a hole in a list', new Array(2)],
    ['half a surrogate pair', 'a\ud800'],
    ['half a surrogate pair in a key', { '\udc00': 1 }],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

/** The same value with the keys of every object in another order. */
function withKeysTurned(value: unknown, by: number): unknown {
  if (Array.isArray(value)) return value.map((element) => withKeysTurned(element, by));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withKeysTurned(inner, by)] as const);
  const cut = entries.length === 0 ? 0 : by % entries.length;
  return Object.fromEntries([...entries.slice(cut), ...entries.slice(0, cut)].reverse());
}

/** What JSON makes of a value: no undefined fields, zero without its sign. */
const reread = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
