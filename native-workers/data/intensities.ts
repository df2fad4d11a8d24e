/** The input that a stored byte stands for: float32 of byte / 255. */
export const intensities = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
