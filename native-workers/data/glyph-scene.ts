import type { Random } from '#workers/array/random.ts';

/** Everything that one glyph image shows, before it is drawn. Lengths are pixels, colours lie in [0, 1]. */
export type GlyphScene = {
  readonly center: Point;
  readonly radius: number;
  readonly rotation: number;
  readonly mirrored: boolean;
  readonly paper: Surface;
  readonly ink: Surface;
  /** How much of the paper the ink hides: most glyphs are plain to see, some are faint. */
  readonly opacity: number;
  readonly distractors: readonly Distractor[];
  /** Half width of the triangular noise added to every channel. */
  readonly noise: number;
};
type Point = { readonly x: number; readonly y: number };
type Colour = readonly [red: number, green: number, blue: number];

/** A colour that runs linearly over the image, with a wave on it. */
export type Surface = {
  readonly colour: Colour;
  /** Change of every channel from the centre to the edge, along `slope`. */
  readonly drift: Colour;
  readonly slope: Point;
  readonly wave: Wave;
};
/** Two crossed sine waves: stripes where the second has no amplitude. */
type Wave = {
  readonly along: Point;
  readonly across: Point;
  readonly phase: number;
  readonly amplitude: number;
  readonly crossAmplitude: number;
};
export type Distractor = {
  readonly center: Point;
  readonly direction: Point;
  /** 0 for a dot. */
  readonly halfLength: number;
  readonly radius: number;
  readonly colour: Colour;
  readonly opacity: number;
};

/** Draws a scene by chance: a light glyph on dark paper, hues apart. `size` is the image's side. */
export function drawScene(random: Random, size: number): GlyphScene {
  const between = (low: number, high: number): number => low + (high - low) * random.nextUniform();
  const radius = between(0.29, 0.4) * size;
  const reach = 0.55 * (size / 2 - 0.92 * radius);
  const hue = random.nextUniform();
  const paperColour = hsv(hue, between(0.2, 0.6), between(0.06, 0.26));
  const inkColour = hsv(hue + between(0.25, 0.75), between(0.2, 0.65), between(0.7, 1));
  return {
    center: { x: size / 2 + between(-reach, reach), y: size / 2 + between(-reach, reach) },
    radius,
    rotation: between(-0.4, 0.4),
    mirrored: random.nextUniform() < 0.5,
    paper: drawSurface(random, paperColour, 0.06),
    ink: drawSurface(random, inkColour, 0.07),
    opacity: random.nextUniform() < faintShare ? between(0.1, 0.4) : 1,
    distractors: Array.from({ length: random.nextInt(4) }, () => drawDistractor(random, size)),
    noise: between(0.02, 0.09),
  };
}

/** Those leave something to gain for whoever looks at more than outlines. */
const faintShare = 0.25;

function drawSurface(random: Random, colour: Colour, waviness: number): Surface {
  const between = (low: number, high: number): number => low + (high - low) * random.nextUniform();
  const slant = between(0, 2 * Math.PI);
  const grain = between(0, 2 * Math.PI);
  const frequency = between(0.35, 1.5);
  const crossed = random.nextUniform() < 0.5;
  return {
    colour,
    drift: [between(-0.09, 0.09), between(-0.09, 0.09), between(-0.09, 0.09)],
    slope: { x: Math.cos(slant), y: Math.sin(slant) },
    wave: {
      along: { x: frequency * Math.cos(grain), y: frequency * Math.sin(grain) },
      across: { x: -frequency * Math.sin(grain), y: frequency * Math.cos(grain) },
      phase: between(0, 2 * Math.PI),
      amplitude: between(0, waviness),
      crossAmplitude: crossed ? between(0, waviness) : 0,
    },
  };
}

function drawDistractor(random: Random, size: number): Distractor {
  const between = (low: number, high: number): number => low + (high - low) * random.nextUniform();
  const angle = between(0, 2 * Math.PI);
  const isDot = random.nextUniform() < 0.5;
  return {
    center: { x: between(0, size), y: between(0, size) },
    direction: { x: Math.cos(angle), y: Math.sin(angle) },
    halfLength: isDot ? 0 : between(0.08, 0.22) * size,
    radius: isDot ? between(0.03, 0.1) * size : between(0.012, 0.03) * size,
    colour: hsv(between(0, 1), between(0.3, 0.9), between(0.2, 0.9)),
    opacity: between(0.3, 0.7),
  };
}

/** Hue in turns (any number), saturation and value in [0, 1]. */
function hsv(hue: number, saturation: number, value: number): Colour {
  const channel = (offset: number): number => {
    const position = (((offset + hue * 6) % 6) + 6) % 6;
    return value * (1 - saturation * Math.max(0, Math.min(position, 4 - position, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}
