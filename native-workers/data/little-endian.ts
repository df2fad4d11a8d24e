import { endianness } from 'node:os';

/** Labels and indices are stored little-endian on every machine. */
export function toUint16(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(inMachineOrder(bytes, 2).buffer);
}

export function toUint32(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(inMachineOrder(bytes, 4).buffer);
}

export function toLittleEndian(values: Uint16Array | Uint32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return inMachineOrder(bytes, values.BYTES_PER_ELEMENT);
}

/** A copy, so that it starts on a word boundary. */
function inMachineOrder(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  if (endianness() === 'LE') return copy;
  const buffer = Buffer.from(copy.buffer);
  if (width === 2) buffer.swap16();
  else buffer.swap32();
  return copy;
}
