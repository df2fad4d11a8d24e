/** Decodes base64 to bytes. */
export const decodeBase64 = (text: string): Uint8Array => {
  const binary = atob(text);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
};

/** Bytes [height, width, 1 or 3] to the canvas's RGBA. */
export function toRgba(
  bytes: Uint8Array,
  shape: readonly [number, number, number],
): Uint8ClampedArray<ArrayBuffer> {
  const [height, width, channels] = shape;
  if (bytes.length !== height * width * channels)
    throw new RangeError(
      `Expected ${height * width * channels} bytes for an image of ${shape.join(' x ')}, got ${bytes.length}.`,
    );
  const rgba = new Uint8ClampedArray(height * width * 4);
  for (let pixel = 0; pixel < height * width; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1)
      rgba[pixel * 4 + channel] = bytes[pixel * channels + Math.min(channel, channels - 1)]!;
    rgba[pixel * 4 + 3] = 255;
  }
  return rgba;
}
