import { glyphs } from '#contract/glyphs.ts';
import { createRandom, type Random } from '#workers/array/random.ts';
import { drawScene, type Distractor, type GlyphScene, type Surface } from './glyph-scene.ts';
import { glyphShapes } from './glyph-shapes.ts';
import { tellTales } from './glyph-tell-tales.ts';

export type GlyphRequest = {
  readonly count: number;
  readonly seed: number;
  readonly split: 'train' | 'test';
  /** First image to make, for those who generate in portions. */
  readonly from?: number;
};
export type LabelledImages = {
  /** Bytes [count, height, width, channels]. */
  readonly images: Uint8Array;
  readonly labels: Uint16Array;
};

/**
 * The embedded dataset: ten classes of rendered shapes, made on the spot. Image i depends on seed, split and i alone.
 * Colour, texture, pose, distractors and noise are drawn independently of the class; the outline tells it.
 * So does a faint class-wise wave of colour (see glyph-tell-tales.ts), which a small perturbation erases.
 */
export function generateGlyphs({ count, seed, split, from = 0 }: GlyphRequest): LabelledImages {
  const images = new Uint8Array(count * bytesPerImage);
  const labels = new Uint16Array(count);
  for (let position = 0; position < count; position += 1) {
    const index = from + position;
    const label = labelOf(seed, split, index);
    const random = createRandom(seed, 'glyphs', split, index);
    labels[position] = label;
    renderGlyph(images.subarray(position * bytesPerImage, (position + 1) * bytesPerImage), label, random);
  }
  return { images, labels };
}

const [height, width, channels] = glyphs.shape;
const bytesPerImage = height * width * channels;

/** Every ten images in a row hold each class once, in a random order. */
function labelOf(seed: number, split: string, index: number): number {
  const classCount = glyphs.classes.length;
  const block = Math.floor(index / classCount);
  return createRandom(seed, 'glyph labels', split, block).permutation(classCount)[index % classCount]!;
}

function renderGlyph(target: Uint8Array, label: number, random: Random): void {
  const scene = drawScene(random, width);
  const canvas = new Float64Array(bytesPerImage);
  paintSurface(canvas, scene.paper, () => 1);
  for (const distractor of scene.distractors) paintDistractor(canvas, distractor);
  paintSurface(canvas, scene.ink, glyphCoverage(scene, label));
  develop(target, canvas, { tellTale: tellTales[label]!, noise: scene.noise, random });
}

/** Blends a surface over the canvas where `coverage` (0 to 1) says. */
function paintSurface(
  canvas: Float64Array,
  surface: Surface,
  coverage: (x: number, y: number) => number,
): void {
  const { colour, drift, slope, wave } = surface;
  for (let row = 0, offset = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1, offset += channels) {
      const share = coverage(column, row);
      if (share === 0) continue;
      const run = (slope.x * (column - width / 2) + slope.y * (row - height / 2)) / (width / 2);
      const ripple =
        wave.amplitude * Math.sin(wave.along.x * column + wave.along.y * row + wave.phase) +
        wave.crossAmplitude * Math.sin(wave.across.x * column + wave.across.y * row);
      for (let channel = 0; channel < channels; channel += 1) {
        const value = colour[channel]! + drift[channel]! * run + ripple;
        canvas[offset + channel]! += share * (value - canvas[offset + channel]!);
      }
    }
}

/** How much of each pixel the glyph covers: its distance to the outline, in pixels, over one pixel's width. */
function glyphCoverage(scene: GlyphScene, label: number): (column: number, row: number) => number {
  const shape = glyphShapes[glyphs.classes[label]!];
  const { center, radius, rotation, opacity } = scene;
  const cosine = Math.cos(rotation) / radius;
  const sine = Math.sin(rotation) / radius;
  const side = scene.mirrored ? -1 : 1;
  const reach = (1.1 * radius + 1) ** 2;
  return (column, row) => {
    const right = column + 0.5 - center.x;
    const down = row + 0.5 - center.y;
    if (right * right + down * down > reach) return 0;
    const distance = shape(side * (cosine * right + sine * down), cosine * down - sine * right);
    return opacity * coverageOf(distance * radius);
  };
}

function paintDistractor(canvas: Float64Array, distractor: Distractor): void {
  const { center, direction, halfLength, radius, colour, opacity } = distractor;
  const reach = halfLength + radius + 1;
  const firstRow = Math.max(0, Math.floor(center.y - reach));
  const lastRow = Math.min(height - 1, Math.ceil(center.y + reach));
  const firstColumn = Math.max(0, Math.floor(center.x - reach));
  const lastColumn = Math.min(width - 1, Math.ceil(center.x + reach));
  for (let row = firstRow; row <= lastRow; row += 1)
    for (let column = firstColumn; column <= lastColumn; column += 1) {
      const right = column + 0.5 - center.x;
      const down = row + 0.5 - center.y;
      const along = Math.min(halfLength, Math.max(-halfLength, right * direction.x + down * direction.y));
      const distance = Math.hypot(right - along * direction.x, down - along * direction.y) - radius;
      const share = opacity * coverageOf(distance);
      const offset = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel += 1)
        canvas[offset + channel]! += share * (colour[channel]! - canvas[offset + channel]!);
    }
}

const coverageOf = (distanceInPixels: number): number => Math.min(1, Math.max(0, 0.5 - distanceInPixels));

type Development = { readonly tellTale: Float64Array; readonly noise: number; readonly random: Random };

/** Adds tell-tale and noise and rounds to bytes. One draw gives the two halves of a triangular deviate. */
function develop(target: Uint8Array, canvas: Float64Array, { tellTale, noise, random }: Development): void {
  for (let i = 0; i < target.length; i += 1) {
    const word = random.nextUint32();
    const deviate = ((word >>> 16) + (word & 0xffff)) / 0xffff - 1;
    const value = canvas[i]! + tellTale[i]! + noise * deviate;
    target[i] = Math.min(255, Math.max(0, Math.round(value * 255)));
  }
}
