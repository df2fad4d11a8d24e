/** Multiples of 1/2048 in [-1, 1), in an irregular order that is the same everywhere; float32 holds them exactly. */
export function madeValues(count: number, purpose: number, scale = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const mixed = Math.imul(Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(purpose + 1, 0x85ebca6b), 0xc2b2ae35);
    return (scale * ((mixed >>> 20) - 2048)) / 2048;
  });
}

/** Every `step`-th value: enough of a long answer to notice a wrong one. */
export const thinned = <Values extends Float32Array | Float64Array>(values: Values, step: number): Values =>
  values.filter((_, i) => i % step === 0) as Values;
