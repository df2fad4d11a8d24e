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
  const outputs = marksOf(groups.of(node.id), isKept);
  switch (role) {
    case 'weight':
      return joined(outputs, marksOf(inputGroups(node, groups), isKept), sizeOf(shape.slice(2)));
    case 'bias':
    case 'scale':
    case 'shift':
      return outputs;
    case 'running-mean':
    case 'running-variance':
      return undefined;
  }
}

const marksOf = (groups: Int32Array, isKept: (group: number) => boolean): Uint8Array =>
  Uint8Array.from(groups, (group) => (isKept(group) ? 1 : 0));

/** Marks every tap [output, input, …taps] from a marked input to a marked output. */
function joined(outputs: Uint8Array, inputs: Uint8Array, taps: number): Uint8Array {
  const marks = new Uint8Array(outputs.length * inputs.length * taps);
  for (const [output, isMade] of outputs.entries())
    for (const [input, isRead] of inputs.entries()) {
      const first = (output * inputs.length + input) * taps;
      if (isMade === 1 && isRead === 1) marks.fill(1, first, first + taps);
    }
  return marks;
}

/** The groups that a conv or dense layer reads, in the order of its weight's second axis. */
export function inputGroups(node: NetworkNode, groups: ChannelGroups): Int32Array {
  if (node.kind === 'conv' || node.kind === 'dense') return groups.of(node.input);
  throw new Error(`Node ${node.id} (${node.kind}) has no weights that read channels.`);
}
