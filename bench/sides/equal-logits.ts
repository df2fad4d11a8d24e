import type { Request } from '../measuring/request.ts';
import type { Sides } from './open-sides.ts';

/** Enough to tell another network from another rounding. */
const relativeTolerance = 1e-4;
const images = 4;

/** Both sides are measured on the same network only if they say the same of the same images. */
export async function requireEqualLogits(
  { ours, peers }: Pick<Sides, 'ours' | 'peers'>,
  subject: Pick<Request, 'graph' | 'weights' | 'images'>,
): Promise<void> {
  const request = { ...subject, measure: 'checkLogits', batch: images } as const;
  const { logits: expected = [] } = await ours.ask(request);
  for (const { name, side } of peers) {
    const { logits = [] } = await side.ask(request);
    const difference = greatestDifference(expected, logits);
    const scale = Math.max(...expected.map(Math.abs));
    if (!(difference <= relativeTolerance * scale))
      throw new Error(
        `${name} and this engine differ by ${difference} in logits up to ${scale} of ${subject.graph.spec.kind}: they do not compute the same network.`,
      );
  }
}

export function greatestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return NaN;
  return a.reduce((greatest, value, i) => Math.max(greatest, Math.abs(value - b[i]!)), 0);
}
