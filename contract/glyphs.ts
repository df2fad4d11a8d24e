/** What everyone knows of the embedded dataset; its images are drawn in native-workers/data/glyphs.ts. */
export const glyphs = {
  name: 'glyphs',
  title: 'Glyphs',
  /** Raised when the generator draws other images for the same seed. */
  version: 1,
  shape: [32, 32, 3],
  /** Label 0 is the first. */
  classes: ['disc', 'ring', 'square', 'triangle', 'star', 'cross', 'crescent', 'arrow', 'heart', 'spiral'],
  /** Upper ends of the sizes that a study may ask for. */
  largest: { train: 1_000_000, test: 100_000 },
} as const;
export type GlyphClass = (typeof glyphs.classes)[number];
