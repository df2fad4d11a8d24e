import type { NetworkGraph } from '#contract/network.ts';
import type { GanShape } from './generator.ts';

/** What a discriminator calls its inputs: the places of its two outputs. */
export const generated = 0;
export const real = 1;

/** Tells the task's images from generated ones: the cross-entropy of its two classes is the loss of a GAN. */
export function discriminatorFor({ spec }: NetworkGraph, { image, channels }: GanShape): NetworkGraph {
  const conv = (id: string, input: string, filters: number) =>
    ({ kind: 'conv', id, input, filters, kernel: 4, stride: 2, padding: 1 }) as const;
  return {
    spec,
    inputShape: [...image],
    classCount: 2,
    nodes: [
      { kind: 'input', id: 'input' },
      conv('conv1', 'input', channels),
      { kind: 'relu', id: 'relu1', input: 'conv1' },
      conv('conv2', 'relu1', 2 * channels),
      { kind: 'relu', id: 'relu2', input: 'conv2' },
      { kind: 'flatten', id: 'flatten', input: 'relu2' },
      { kind: 'dense', id: 'fc', input: 'flatten', units: 2 },
    ],
  };
}
