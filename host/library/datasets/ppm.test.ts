import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePpm } from './ppm.ts';

const bytes = (header: string, pixels: readonly number[]): Uint8Array =>
  Buffer.concat([Buffer.from(header), Buffer.from(pixels)]);

describe('decodePpm', () => {
  it('reads every image that can be written, comments and white space anywhere between the numbers', () => {
    const blank = fc.constantFrom(' ', '\n', '\t', '\r\n', '\n# a comment 12 34\n', ' #\r  ');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(1, 3),
        fc.tuple(blank, blank, blank),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        (width, height, channels, blanks, values) => {
          const pixels = [...values.take(width * height * channels)];
          const magic = channels === 3 ? 'P6' : 'P5';
          const header = `${magic}${blanks[0]}${width}${blanks[1]}${height}${blanks[2]}255\n`;
          const image = decodePpm(bytes(header, pixels));
          expect(image).toEqual({ width, height, channels, pixels: Uint8Array.from(pixels) });
        },
      ),
    );
  });

  it('stretches a smaller maximum value to 255', () => {
    expect([...decodePpm(bytes('P5 3 1 15\n', [0, 5, 15])).pixels]).toEqual([0, 85, 255]);
  });

  it('takes pixel bytes that look like a comment for pixels', () => {
    expect([...decodePpm(bytes('P5 2 1 255\n', [0x23, 0x0a])).pixels]).toEqual([0x23, 0x0a]);
  });

  it.each([
    ['P3 1 1 255\n0 0 0', /P6 or P5/],
    ['P6 1 1 65535\n......', /65535/],
    ['P6 0 1 255\n', /empty image/],
    ['P6 1 1 255', /white space/],
    ['P6 1 x 255\n...', /no height/],
    ['P6 1 1 255\n..', /cut short: 3 bytes .* got 2/],
    ['P6 1 1 255\n....', /extra bytes: 3 bytes .* got 4/],
    ['P5 1 1 9\nA', /value 65 above/],
    ['', /P6 or P5/],
  ])('refuses %j', (text, words) => {
    expect(() => decodePpm(Buffer.from(text))).toThrow(words);
  });
});
