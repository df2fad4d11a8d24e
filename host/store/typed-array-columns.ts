/** Typed arrays as blobs, little-endian as every machine that Redoubt runs on. */

type TypedArray = Int32Array | Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array;
type ArrayOf<Kind extends TypedArray> = {
  new (buffer: ArrayBuffer): Kind;
  readonly BYTES_PER_ELEMENT: number;
};

export const blobOf = (array: TypedArray): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/** A copy: the buffer that SQLite gives may lie at an odd address. */
export function arrayOf<Kind extends TypedArray>(kind: ArrayOf<Kind>, blob: Buffer): Kind {
  const copy = new ArrayBuffer(blob.byteLength);
  new Uint8Array(copy).set(blob);
  return new kind(copy);
}
