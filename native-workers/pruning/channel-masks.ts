import type { NetworkGraph, NetworkNode } from '#contract/network.ts';
import { networkParameters, type NetworkParameter } from '#contract/network-parameters.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import type { MaskArray, MaskSet } from '#workers/networks/parameters.ts';
import type { ChannelGroups } from './channel-groups.ts';

/**
 * The masks that leave nothing of pruned channels: neither the filter that makes one, nor its bias, nor its scale and
 * shift in a batch-norm, nor any weight that reads it. Every weight has a mask, other parameters only where they lose
 * something. Running statistics stay: a scale and a shift of zero make nothing of them.
 */
export function channelMasks(
  graph: NetworkGraph,
  groups: ChannelGroups,
  isKept: (group: number) => boolean,
): MaskSet {
  const masks = networkParameters(graph).flatMap((parameter) => {
    const values = maskOf(parameter, groups, isKept);
    const isNeeded = values !== undefined && (parameter.role === 'weight' || values.includes(0));
    return isNeeded ? [[parameter.name, { shape: parameter.shape, values }] as const] : [];
  });
  return new Map<string, MaskArray>(masks);
}

function maskOf(
  { role, node, shape }: NetworkParameter,
  groups: ChannelGroups,
  isKept: (group: number) => boolean,
): Uint8Array | undefined {
  const outputs = Uint8Array.from(groups.of(node.id), (group) => (isKept(group) ? 1 : 0));
  switch (role) {
    case 'weight': {
      const inputs = Uint8Array.from(inputGroups(node, groups), (group) => (isKept(group) ? 1 : 0));
      const taps = sizeOf(shape.slice(2));
      return Uint8Array.from({ length: sizeOf(shape) }, (_, index) => {
        const pair = Math.floor(index / taps);
        return outputs[Math.floor(pair / inputs.length)]! & inputs[pair % inputs.length]!;
      });
    }
    case 'bias':
    case 'scale':
    case 'shift':
      return outputs;
    case 'running-mean':
    case 'running-variance':
      return undefined;
  }
}

/** The groups that a conv or dense layer reads, in the order of its weight's second axis. */
export function inputGroups(node: NetworkNode, groups: ChannelGroups): Int32Array {
  if (node.kind === 'conv' || node.kind === 'dense') return groups.of(node.input);
  throw new Error(`Node ${node.id} (${node.kind}) has no weights that read channels.`);
}
