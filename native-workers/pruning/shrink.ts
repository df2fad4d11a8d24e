import type { NetworkGraph, NetworkNode } from '#contract/network.ts';
import { networkParameters, type NetworkParameter } from '#contract/network-parameters.ts';
import type { MaskArray, ParameterArray } from '#workers/networks/parameters.ts';
import { traceActivity } from './channel-activity.ts';
import { groupChannels, type ChannelGroups } from './channel-groups.ts';
import { inputGroups } from './channel-masks.ts';
import type { MaskedNetwork } from './masked-network.ts';

/**
 * The same network without the channels that do nothing: its layers are narrower, its outputs the same but for
 * rounding. Nothing where every channel does something. What made the channels idle does not matter: a mask on whole
 * filters or one on weights that happened to empty some.
 */
export function shrink(network: MaskedNetwork): MaskedNetwork | undefined {
  const groups = groupChannels(network.graph);
  const kept = keptGroups(network, groups);
  if (kept.size === groups.count) return undefined;
  const places = (of: Int32Array): Int32Array =>
    Int32Array.from([...of.keys()].filter((place) => kept.has(of[place]!)));
  const { graph } = network;
  const parameters = new Map<string, ParameterArray>();
  const masks = new Map<string, MaskArray>();
  for (const parameter of networkParameters(graph)) {
    const { name, node } = parameter;
    const slices = slicesOf(parameter, {
      outputs: places(groups.of(node.id)),
      inputs: () => places(inputGroups(node, groups)),
    });
    const { values } = network.parameters.get(name)!;
    parameters.set(name, {
      shape: slices.shape,
      values: Float32Array.from(slices.from, (at) => values[at]!),
    });
    const mask = network.masks.get(name)?.values;
    if (mask === undefined) continue;
    const left = Uint8Array.from(slices.from, (at) => mask[at]!);
    if (left.includes(0)) masks.set(name, { shape: slices.shape, values: left });
  }
  return { graph: narrowed(graph, (id) => places(groups.of(id)).length), parameters, masks };
}

/** A group stays if any node has a use for one of its channels; of a layer without such a group, one stays all the same. */
function keptGroups(network: MaskedNetwork, groups: ChannelGroups): ReadonlySet<number> {
  const { nodes } = network.graph;
  const activity = traceActivity(network, groups);
  const kept = new Set(groups.fixed);
  for (const { id } of nodes) {
    const [silent, read] = [activity.silent(id), activity.read(id)];
    for (const [channel, group] of groups.of(id).entries())
      if (read[channel] === 1 && silent[channel] === 0) kept.add(group);
  }
  for (const { id, kind } of nodes)
    if ((kind === 'conv' || kind === 'dense') && !groups.of(id).some((group) => kept.has(group)))
      kept.add(groups.of(id)[0]!);
  return kept;
}

type Slices = {
  readonly shape: readonly number[];
  /** Where each value that stays lay before. */
  readonly from: Int32Array;
};
type KeptPlaces = { readonly outputs: Int32Array; readonly inputs: () => Int32Array };

function slicesOf({ role, shape }: NetworkParameter, kept: KeptPlaces): Slices {
  const { outputs } = kept;
  if (role !== 'weight') return { shape: [outputs.length], from: outputs };
  const inputs = kept.inputs();
  const [, width = 1, ...window] = shape;
  const taps = window.reduce((product, size) => product * size, 1);
  const from = new Int32Array(outputs.length * inputs.length * taps);
  let at = 0;
  for (const output of outputs)
    for (const input of inputs)
      for (let tap = 0; tap < taps; tap += 1) from[at++] = (output * width + input) * taps + tap;
  return { shape: [outputs.length, inputs.length, ...window], from };
}

const narrowed = (graph: NetworkGraph, widthOf: (id: string) => number): NetworkGraph => ({
  ...graph,
  nodes: graph.nodes.map((node): NetworkNode => {
    if (node.kind === 'conv') return { ...node, filters: widthOf(node.id) };
    return node.kind === 'dense' ? { ...node, units: widthOf(node.id) } : node;
  }),
});
