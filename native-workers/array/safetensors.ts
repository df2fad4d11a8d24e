import { sizeOf } from '#contract/network-shapes.ts';

/** One named array as stored: C order, shape as in PyTorch. */
export type StoredArray = { readonly shape: readonly number[]; readonly values: StoredValues };
export type StoredValues = Float32Array | Int32Array | Uint32Array | Uint8Array;
export type SafetensorsFile = {
  readonly arrays: ReadonlyMap<string, StoredArray>;
  readonly metadata: Readonly<Record<string, string>>;
};

/**
 * Reads a safetensors file: 8-byte little-endian header length, JSON header, raw little-endian values.
 * Throws when the bytes are not one, saying where they depart from the format.
 */
export function parseSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, bodyStart } = parseHeader(bytes);
  const arrays = new Map<string, StoredArray>();
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') metadata = parseMetadata(entry);
    else arrays.set(name, parseArray(name, entry, bytes.subarray(bodyStart)));
  }
  return { arrays, metadata };
}

/** The inverse of {@link parseSafetensors}: names in the given order, the header padded to 8 bytes with spaces. */
export function serializeSafetensors(file: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(file.metadata).length > 0) header['__metadata__'] = file.metadata;
  let end = 0;
  for (const [name, { shape, values }] of file.arrays) {
    const start = end;
    end += values.byteLength;
    header[name] = { dtype: typeNameOf(values), shape, data_offsets: [start, end] };
  }
  const text = JSON.stringify(header);
  const encoded = new TextEncoder().encode(text);
  const headerBytes = Math.ceil(encoded.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes).set(encoded, 8);
  let at = 8 + headerBytes;
  for (const { values } of file.arrays.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** Values are read from a copy, because they may lie unaligned in the file (and a Node Buffer never copies on slice). */
const readers: Readonly<Record<string, { width: number; read: (bytes: ArrayBuffer) => StoredValues }>> = {
  F32: { width: 4, read: (bytes) => new Float32Array(bytes) },
  I32: { width: 4, read: (bytes) => new Int32Array(bytes) },
  U32: { width: 4, read: (bytes) => new Uint32Array(bytes) },
  U8: { width: 1, read: (bytes) => new Uint8Array(bytes) },
};

function typeNameOf(values: StoredValues): string {
  if (values instanceof Float32Array) return 'F32';
  if (values instanceof Int32Array) return 'I32';
  return values instanceof Uint32Array ? 'U32' : 'U8';
}

function parseHeader(bytes: Uint8Array): { header: Record<string, unknown>; bodyStart: number } {
  if (bytes.length < 8) throw malformed(`expected at least 8 bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > BigInt(bytes.length - 8))
    throw malformed(
      `the header should take ${headerBytes} bytes, but only ${bytes.length - 8} follow; the file may be cut short`,
    );
  const bodyStart = 8 + Number(headerBytes);
  const header = parseJson(new TextDecoder().decode(bytes.subarray(8, bodyStart)));
  if (!isRecord(header)) throw malformed('the header is not a JSON object');
  return { header, bodyStart };
}

function parseArray(name: string, entry: unknown, body: Uint8Array): StoredArray {
  if (!isRecord(entry)) throw malformed(`the entry of ${name} is not an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const reader = typeof dtype === 'string' ? readers[dtype] : undefined;
  if (!reader)
    throw malformed(`${name} has type ${String(dtype)}; expected one of ${Object.keys(readers).join(', ')}`);
  if (!isSizes(shape)) throw malformed(`${name} has no valid shape`);
  if (!isSizes(offsets) || offsets.length !== 2) throw malformed(`${name} has no valid data_offsets`);
  const [start, end] = offsets as [number, number];
  const byteLength = sizeOf(shape) * reader.width;
  if (end - start !== byteLength)
    throw malformed(
      `${name} has shape [${shape.join(', ')}], which takes ${byteLength} bytes, but offsets ${start} to ${end}`,
    );
  if (end > body.length)
    throw malformed(
      `${name} should end at byte ${end}, but only ${body.length} follow the header; the file may be cut short`,
    );
  return { shape, values: reader.read(new Uint8Array(body.subarray(start, end)).buffer) };
}

function parseMetadata(entry: unknown): Record<string, string> {
  if (!isRecord(entry) || !Object.values(entry).every((value) => typeof value === 'string'))
    throw malformed('__metadata__ should map names to text');
  return entry as Record<string, string>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('the header is not JSON');
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);

const malformed = (reason: string): Error => new Error(`Not a safetensors file that can be read: ${reason}.`);
