import { concat, neg, reshape, slice, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '#contract/network-shapes.ts';
import type { Interval } from './interval.ts';
import type { NodeBounds } from './interval-bounds.ts';
import { signedUnitRows } from './margin-rows.ts';
import { affineInInput, boundedBeforeActivation, contextOf, type BoundedNetwork } from './network.ts';
import { boundFunctionals, type PullBackSettings } from './pull-back.ts';
import { rowsPerSplit } from './split.ts';

/**
 * Bounds of everything that a ReLU reads, each by functionals pulled back to the input, earlier ones being used for
 * later ones (CROWN throughout). Where the input reaches a node by affine steps alone, intervals are already exact.
 * Owned by the caller; `bounds` stay so.
 */
export async function boundFully(
  network: BoundedNetwork,
  { bounds, lowerSlope }: PullBackSettings,
): Promise<NodeBounds> {
  const isExact = affineInInput(network.graph);
  const found: Record<string, Interval> = {};
  for (const node of boundedBeforeActivation(network.graph)) {
    if (isExact.has(node)) continue;
    found[node] = await boundNode(network, node, { bounds: { ...bounds, ...found }, lowerSlope });
  }
  return found;
}

/** A split of rows at a time, each computed before the next is asked for. */
async function boundNode(
  network: BoundedNetwork,
  node: string,
  settings: PullBackSettings,
): Promise<Interval> {
  const features = contextOf(network).shapes.get(node)!;
  const size = sizeOf(features);
  const examples = settings.bounds[node]!.lower.shape[0];
  const rows = rowsPerSplit(network.graph, examples, size);
  const pieces: Interval[] = [];
  for (let first = 0; first < size; first += rows) {
    const count = Math.min(rows, size - first);
    const piece = tidy(() => boundRows(network, { node, features, first, count }, settings));
    await piece.lower.data();
    pieces.push(piece);
  }
  return tidy(() => {
    const joined = (parts: Tensor[]): Tensor => reshape(concat(parts, 1), [examples, ...features]);
    const whole = {
      lower: joined(pieces.map(({ lower }) => lower)),
      upper: joined(pieces.map(({ upper }) => upper)),
    };
    for (const { lower, upper } of pieces) {
      lower.dispose();
      upper.dispose();
    }
    return whole;
  });
}

type Rows = {
  readonly node: string;
  readonly features: readonly number[];
  readonly first: number;
  readonly count: number;
};

/** The upper bound of a value is the negative of its negative's lower bound. */
function boundRows(
  network: BoundedNetwork,
  { node, features, first, count }: Rows,
  settings: PullBackSettings,
): Interval {
  const functionals = signedUnitRows(first, count, features);
  const least = boundFunctionals(network, { node, functionals }, settings);
  return { lower: slice(least, [0, 0], [-1, count]), upper: neg(slice(least, [0, count], [-1, count])) };
}
