/** Values of a complex field [height, width], row by row. */
export type Spectrum = { readonly real: Float64Array; readonly imaginary: Float64Array };

export type FieldSize = { readonly height: number; readonly width: number };

/**
 * The discrete Fourier transform of a field of any size, by rows and then by columns; `inverse` divides by the number
 * of values. Its cost grows with height * width * (height + width): small next to one pass through a network.
 */
export function transform(field: Spectrum, size: FieldSize, direction: 'forward' | 'inverse'): Spectrum {
  const { height, width } = size;
  const byRows = transformLines(field, { count: height, length: width, step: 1, apart: width }, direction);
  return transformLines(byRows, { count: width, length: height, step: width, apart: 1 }, direction);
}

type Lines = {
  readonly count: number;
  readonly length: number;
  /** Between neighbours of a line. */
  readonly step: number;
  /** Between the beginnings of two lines. */
  readonly apart: number;
};

function transformLines(
  { real, imaginary }: Spectrum,
  { count, length, step, apart }: Lines,
  direction: 'forward' | 'inverse',
): Spectrum {
  const turn = ((direction === 'forward' ? -2 : 2) * Math.PI) / length;
  const cosines = Float64Array.from({ length }, (_, i) => Math.cos(turn * i));
  const sines = Float64Array.from({ length }, (_, i) => Math.sin(turn * i));
  const scale = direction === 'forward' ? 1 : 1 / length;
  const result = { real: new Float64Array(real.length), imaginary: new Float64Array(real.length) };
  for (let line = 0; line < count; line += 1)
    for (let k = 0; k < length; k += 1) {
      let [a, b] = [0, 0];
      for (let n = 0; n < length; n += 1) {
        const at = line * apart + n * step;
        const angle = (k * n) % length;
        a += real[at]! * cosines[angle]! - imaginary[at]! * sines[angle]!;
        b += real[at]! * sines[angle]! + imaginary[at]! * cosines[angle]!;
      }
      result.real[line * apart + k * step] = scale * a;
      result.imaginary[line * apart + k * step] = scale * b;
    }
  return result;
}
