import type { ImageShape, NetworkGraph } from '#contract/network.ts';
import { countParameters, networkParameters } from '#contract/network-parameters.ts';
import { sizeOf } from '#contract/network-shapes.ts';

export type NetworkSize = {
  readonly parameters: number;
  /** Multiply-accumulates of one forward pass of one example. */
  readonly macs: number;
  /** Values that the last layer with weights reads, at each of its places. */
  readonly features: number;
  readonly inputShape: ImageShape;
};

/** Enough to estimate time and space. */
export function measureSize(graph: NetworkGraph): NetworkSize {
  const weights = networkParameters(graph).filter(({ role }) => role === 'weight');
  const macs = weights.reduce((sum, { shape, positions }) => sum + sizeOf(shape) * positions, 0);
  const features = weights.at(-1)?.shape[1] ?? 0;
  return { parameters: countParameters(graph), macs, features, inputShape: graph.inputShape };
}
