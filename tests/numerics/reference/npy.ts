import { readFileSync } from 'node:fs';

export type Npy = {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Uint8Array;
};

const readers = {
  '<f4': (bytes: ArrayBuffer) => new Float32Array(bytes),
  '<f8': (bytes: ArrayBuffer) => new Float64Array(bytes),
  '|u1': (bytes: ArrayBuffer) => new Uint8Array(bytes),
} as const;

/** A NumPy file, version 1.0, of little-endian numbers in C order. */
export function readNpyFile(path: string): Npy {
  const bytes = readFileSync(path);
  const headerBytes = bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, 10 + headerBytes);
  const type = /'descr': '([^']+)'/.exec(header)?.[1];
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1];
  if (
    type === undefined ||
    !(type in readers) ||
    shape === undefined ||
    header.includes("'fortran_order': True")
  )
    throw new Error(`Expected float32, float64 or uint8 values in C order in ${path}, got ${header}.`);
  const body = new Uint8Array(bytes.subarray(10 + headerBytes)).buffer;
  return {
    shape: shape.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)])),
    values: readers[type as keyof typeof readers](body),
  };
}
