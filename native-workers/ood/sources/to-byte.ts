/** The byte nearest to a grey level, halves upwards; what lies outside the range is clipped. */
export const toByte = (level: number): number => Math.min(Math.max(Math.floor(level + 0.5), 0), 255);
