import type { StoredArray } from './safetensors.ts';

/** Float64 has no place among stored arrays: the halves of its values do, as words. */
export const packed = (values: Float64Array): StoredArray => ({
  shape: [2 * values.length],
  values: new Uint32Array(values.slice().buffer),
});

export function unpacked(arrays: ReadonlyMap<string, StoredArray>, name: string): Float64Array<ArrayBuffer> {
  const words = arrays.get(name)?.values;
  if (words === undefined)
    throw new Error(`The stored arrays should have ${name}, and have ${[...arrays.keys()].join(', ')}.`);
  return new Float64Array(Uint32Array.from(words).buffer);
}
