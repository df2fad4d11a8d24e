/** A decoded image: bytes [height, width, channels]. */
export type DecodedImage = {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
};

export type PpmHeader = Omit<DecodedImage, 'pixels'> & {
  readonly largest: number;
  readonly dataStart: number;
};

/**
 * Header of a binary PPM (P6) or PGM (P5) file (netpbm.sourceforge.net/doc/ppm.html): white space and comments
 * between the numbers, one white space before the bytes. Written here because sharp's prebuilt form reads no PPM.
 * Throws a RangeError that says what was expected; the caller knows the file's name.
 */
export function parsePpmHeader(bytes: Uint8Array): PpmHeader {
  const magic = String.fromCharCode(bytes[0] ?? 0, bytes[1] ?? 0);
  if (magic !== 'P5' && magic !== 'P6')
    throw new RangeError(`should start with P6 or P5 (binary PPM or PGM), got ${JSON.stringify(magic)}`);
  let at = 2;
  const number = (name: string): number => {
    at = skipBlank(bytes, at);
    const start = at;
    while (isDigit(bytes[at]) && at - start < 9) at++;
    if (at === start) throw new RangeError(`has no ${name} in its header`);
    return Number(String.fromCharCode(...bytes.subarray(start, at)));
  };
  const width = number('width');
  const height = number('height');
  const largest = number('maximum value');
  if (width === 0 || height === 0) throw new RangeError(`has an empty image, ${width} x ${height}`);
  if (largest === 0 || largest > 255)
    throw new RangeError(`has the maximum value ${largest}; 1 to 255 (one byte a value) was expected`);
  if (!isBlank(bytes[at])) throw new RangeError('has no white space between header and pixels');
  return { width, height, channels: magic === 'P6' ? 3 : 1, largest, dataStart: at + 1 };
}

export function decodePpm(bytes: Uint8Array): DecodedImage {
  const { width, height, channels, largest, dataStart } = parsePpmHeader(bytes);
  const expected = width * height * channels;
  const found = bytes.length - dataStart;
  if (found !== expected)
    throw new RangeError(
      `${found < expected ? 'is cut short' : 'has extra bytes'}: ${expected} bytes of pixels were expected, got ${found}`,
    );
  const pixels = Uint8Array.from(bytes.subarray(dataStart));
  if (largest === 255) return { width, height, channels, pixels };
  const tooLarge = pixels.find((value) => value > largest);
  if (tooLarge !== undefined)
    throw new RangeError(`has the value ${tooLarge} above its own maximum value ${largest}`);
  return { width, height, channels, pixels: pixels.map((value) => Math.round((value * 255) / largest)) };
}

function skipBlank(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    while (isBlank(bytes[at])) at++;
    if (bytes[at] !== hash) return at;
    while (at < bytes.length && bytes[at] !== newline && bytes[at] !== carriageReturn) at++;
  }
}

const hash = 0x23;
const newline = 0x0a;
const carriageReturn = 0x0d;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
