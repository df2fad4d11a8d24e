import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSafetensors, serializeSafetensors, type StoredArray } from './safetensors.ts';

const file = {
  arrays: new Map<string, StoredArray>([
    ['mask', { shape: [3], values: Uint8Array.of(1, 0, 1) }],
    ['weight', { shape: [2, 1], values: Float32Array.of(-0, 1e-45) }],
    ['index', { shape: [1], values: Int32Array.of(-7) }],
    ['count', { shape: [], values: Uint32Array.of(0xffff_ffff) }],
  ]),
  metadata: { stage: 'é', epoch: '3' },
};

/** Bytes as a file of that header and body. */
function bytesOf(header: unknown, body = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

describe('safetensors', () => {
  it('reads back what it wrote, to the bit, also from an unaligned Node buffer', () => {
    const bytes = serializeSafetensors(file);
    const shifted = Buffer.concat([Buffer.alloc(1), bytes]).subarray(1);
    const parsed = parseSafetensors(shifted);
    expect(parsed).toEqual(file);
    expect(Object.is(parsed.arrays.get('weight')!.values[0], -0)).toBe(true);
  });

  it('pads the header to 8 bytes, so that the first array is aligned', () => {
    const bytes = serializeSafetensors(file);
    expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
  });

  it('writes the header that the format describes', () => {
    const bytes = serializeSafetensors({
      arrays: new Map([['a', { shape: [1], values: Float32Array.of(1) }]]),
      metadata: {},
    });
    const length = new DataView(bytes.buffer).getUint32(0, true);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    });
  });

  it.each([
    ['too short', new Uint8Array(3), 'at least 8 bytes'],
    ['a header beyond the end', bytesOf({}).subarray(0, 9), 'cut short'],
    ['no JSON', bytesOf('{{'), 'not JSON'],
    ['a list', bytesOf([]), 'not a JSON object'],
    ['a foreign type', bytesOf({ a: { dtype: 'F64', shape: [], data_offsets: [0, 8] } }, 8), 'type F64'],
    ['a wrong size', bytesOf({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, 4), 'takes 8 bytes'],
    ['missing values', bytesOf({ a: { dtype: 'U8', shape: [9], data_offsets: [0, 9] } }, 4), 'cut short'],
    [
      'a negative shape',
      bytesOf({ a: { dtype: 'U8', shape: [-1], data_offsets: [0, 0] } }),
      'no valid shape',
    ],
  ])('refuses %s and says why', (_case, bytes, reason) => {
    expect(() => parseSafetensors(bytes)).toThrow(reason);
  });

  it('throws an Error, and nothing else, on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          parseSafetensors(bytes);
        } catch (error) {
          expect((error as Error).message).toContain('safetensors');
        }
      }),
    );
  });
});
