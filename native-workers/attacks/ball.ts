import type { NetworkGraph } from '#contract/network.ts';
import type { Ball } from '#contract/quantities.ts';
import { imageSize } from './image-rows.ts';

/**
 * The points drawn into the ball around their images and into [0, 1], as new values laid out as `images`.
 * Computed in float64 and rounded once; a value that is no number becomes the image's own.
 */
export function clipToBall(
  candidates: Float32Array,
  images: Float32Array,
  ball: Ball,
  graph: NetworkGraph,
): Float32Array {
  const clipped = new Float32Array(images.length);
  const radius: number = ball.epsilon;
  const size = imageSize(graph);
  for (let start = 0; start < images.length; start += size) {
    const scale = shrinkage(candidates, images, ball, [start, start + size]);
    for (let i = start; i < start + size; i += 1) {
      const origin = images[i]!;
      const moved = offset(candidates[i]!, origin) * scale;
      const inside = ball.norm === 'linf' ? clamp(moved, -radius, radius) : moved;
      clipped[i] = clamp(origin + inside, 0, 1);
    }
  }
  return clipped;
}

/** Length of each point's way from its image, in the ball's norm. */
export function measureDistances(
  points: Float32Array,
  images: Float32Array,
  ball: Ball,
  graph: NetworkGraph,
): Float32Array {
  const size = imageSize(graph);
  return Float32Array.from({ length: images.length / size }, (_, example) => {
    let greatest = 0;
    let squares = 0;
    for (let i = example * size; i < (example + 1) * size; i += 1) {
      const moved = Math.abs(points[i]! - images[i]!);
      greatest = Math.max(greatest, moved);
      squares += moved ** 2;
    }
    return ball.norm === 'linf' ? greatest : Math.sqrt(squares);
  });
}

/** By how much an L2 perturbation must shrink to fit; the max norm is clipped value by value instead. */
function shrinkage(
  candidates: Float32Array,
  images: Float32Array,
  ball: Ball,
  [start, end]: readonly [number, number],
): number {
  if (ball.norm === 'linf') return 1;
  let squares = 0;
  for (let i = start; i < end; i += 1) squares += offset(candidates[i]!, images[i]!) ** 2;
  return Math.min(1, ball.epsilon / Math.max(Math.sqrt(squares), 1e-12));
}

const offset = (candidate: number, origin: number): number =>
  Number.isFinite(candidate) ? candidate - origin : 0;
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
