import type { Ball } from '#contract/quantities.ts';
import type { Random } from '#workers/array/random.ts';

/**
 * A uniformly random point of the ball around each image, then clipped to [0, 1]. Every example has its own
 * stream, so that its start depends on nothing else in the batch.
 */
export function randomStarts(images: Float32Array, ball: Ball, streams: readonly Random[]): Float32Array {
  const starts = images.slice();
  const size = images.length / streams.length;
  const offsets = new Float32Array(size);
  for (const [example, random] of streams.entries()) {
    fillWithPointOfBall(offsets, ball, random);
    const start = starts.subarray(example * size, (example + 1) * size);
    for (let i = 0; i < size; i += 1) start[i] = Math.min(Math.max(start[i]! + offsets[i]!, 0), 1);
  }
  return starts;
}

/** Euclidean: a normal direction, and a radius whose distribution fills the volume evenly. */
function fillWithPointOfBall(offsets: Float32Array, ball: Ball, random: Random): void {
  const epsilon: number = ball.epsilon;
  if (ball.norm === 'linf') {
    random.fillUniform(offsets, -epsilon, epsilon);
    return;
  }
  random.fillNormal(offsets, 0, 1);
  const length = Math.sqrt(offsets.reduce((sum, value) => sum + value * value, 0));
  const radius = epsilon * random.nextUniform() ** (1 / offsets.length);
  for (let i = 0; i < offsets.length; i += 1) offsets[i] = (offsets[i]! * radius) / Math.max(length, 1e-12);
}
