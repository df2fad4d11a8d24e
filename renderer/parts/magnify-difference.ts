/**
 * Difference bytes are 127.5 + m x (adversarial - clean) x 127.5; gives them at another magnification. What was
 * clipped at magnification `from` stays at its end.
 */
export function magnifyDifference(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (from === to) return bytes;
  return bytes.map((byte) => Math.max(0, Math.min(255, Math.round(127.5 + (byte - 127.5) * (to / from)))));
}
