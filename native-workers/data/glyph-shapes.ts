import type { GlyphClass } from '#contract/glyphs.ts';

/**
 * Signed distance to a shape's outline, negative inside, in units of the glyph's radius; y points down.
 * Exact near edges, which is all that anti-aliasing needs. Every shape lies within radius 1.1.
 */
export type SignedDistance = (x: number, y: number) => number;

const halfRootThree = Math.sqrt(3) / 2;
const length = (x: number, y: number): number => Math.sqrt(x * x + y * y);

const box = (x: number, y: number, halfWidth: number, halfHeight: number): number =>
  Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);

const starSector = Math.PI / 5;
const starTip = { x: 1.05, y: 0 };
const starNotch = { x: 0.46 * Math.cos(starSector), y: 0.46 * Math.sin(starSector) };
const starEdge = { x: starNotch.x - starTip.x, y: starNotch.y - starTip.y };
const starEdgeLength = length(starEdge.x, starEdge.y);

export const glyphShapes: Readonly<Record<GlyphClass, SignedDistance>> = {
  disc: (x, y) => length(x, y) - 0.86,
  ring: (x, y) => Math.abs(length(x, y) - 0.72) - 0.2,
  square: (x, y) => box(x, y, 0.74, 0.74),
  triangle: (x, y) => Math.max(y, halfRootThree * Math.abs(x) - 0.5 * y) - 0.52,
  star,
  cross: (x, y) => Math.min(box(x, y, 0.95, 0.27), box(x, y, 0.27, 0.95)),
  crescent: (x, y) => Math.max(length(x, y) - 0.95, 0.76 - length(x - 0.45, y)),
  arrow,
  heart,
  spiral,
};

/** Folded into one half of one point, the outline is a single line from tip to notch. */
function star(x: number, y: number): number {
  const angle = Math.atan2(x, -y);
  const folded = Math.abs(angle - 2 * starSector * Math.round(angle / (2 * starSector)));
  const radius = length(x, y);
  const along = radius * Math.cos(folded) - starTip.x;
  const across = radius * Math.sin(folded) - starTip.y;
  return (starEdge.x * -across + starEdge.y * along) / starEdgeLength;
}

function arrow(x: number, y: number): number {
  const head = Math.max(0.05 - x, (0.82 * (x - 1) + 0.95 * Math.abs(y)) / length(0.82, 0.95));
  return Math.min(head, box(x + 0.4, y, 0.6, 0.22));
}

/** A square on its corner with two half discs on its upper sides, joined in one formula (unit heart, scaled). */
function heart(x: number, y: number): number {
  const size = 1.62;
  const across = Math.abs(x) / size;
  const up = 0.57 - y / size;
  if (across + up > 1) return size * (length(across - 0.25, up - 0.75) - Math.SQRT2 / 4);
  const corner = 0.5 * Math.max(across + up, 0);
  const distance = Math.min(length(across, up - 1), length(across - corner, up - corner));
  return size * distance * Math.sign(across - up);
}

/** Two turns of an Archimedean spiral, drawn with a pen. */
function spiral(x: number, y: number): number {
  const turn = Math.atan2(y, x) / (2 * Math.PI) + 0.5;
  const radius = length(x, y);
  const pitch = 0.46;
  const nearest = Math.min(Math.abs(radius - pitch * turn), Math.abs(radius - pitch * (turn + 1)));
  return nearest - 0.12;
}
