import type { NetworkGraph, NetworkNode } from '#contract/network.ts';
import type { Pruning } from '#contract/pruning.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';
import { groupChannels, type ChannelGroups } from './channel-groups.ts';
import { channelMasks } from './channel-masks.ts';
import { chooseKept, type MaskTarget, type ScoredLayer } from './choose-kept.ts';
import type { PrunedMasks } from './pruned-masks.ts';

type StructuredPruning = Extract<Pruning, { kind: 'filter-l1' | 'batchnorm-scale' }>;
type Scored = { readonly graph: NetworkGraph; readonly parameters: ParameterSet };

/**
 * Chooses whole channels: exactly round(density * n) in each scope, ties broken by index. Coupled channels count as
 * one, with the mean of their scores; a layer is all the channels that the same convolutions or dense layers make.
 * Channels of the image and class scores are never pruned. `scores` takes the place of weights in `filter-l1`.
 */
export function pruneChannels(
  pruning: StructuredPruning,
  { graph, parameters }: Scored,
  scores?: ParameterSet,
): PrunedMasks {
  const groups = groupChannels(graph);
  const values =
    pruning.kind === 'filter-l1'
      ? filterNorms(graph, groups, (name) => (scores?.get(name) ?? parameters.get(name)!).values)
      : normScales(graph, groups, parameters);
  const layers = layersOf(graph, groups, values);
  const { kept, warnings } = chooseKept(targetOf(pruning), layers, 'channel');
  const pruned = new Set(
    layers.flatMap(({ members }, place) => members.filter((_, index) => kept[place]![index] === 0)),
  );
  return { masks: channelMasks(graph, groups, (group) => !pruned.has(group)), warnings };
}

const targetOf = (pruning: StructuredPruning): MaskTarget => ({
  density: pruning.density,
  scope: pruning.kind === 'filter-l1' ? pruning.scope : 'network',
});

/** The values found for each group: one for every filter that makes it, or for every batch-norm that it passes. */
type GroupValues = ReadonlyMap<number, readonly number[]>;

/** Li et al. 2017 (arXiv:1608.08710): the L1 norm of a filter. */
const filterNorms = (
  graph: NetworkGraph,
  groups: ChannelGroups,
  valuesOf: (name: string) => Float32Array,
): GroupValues =>
  gather(graph.nodes.filter(isLayer), groups, (node) => {
    const values = valuesOf(`${node.id}.weight`);
    const size = values.length / groups.of(node.id).length;
    return (channel) =>
      values
        .subarray(channel * size, (channel + 1) * size)
        .reduce((sum, weight) => sum + Math.abs(weight), 0);
  });

/** Liu et al. 2017 (arXiv:1708.06519). Channels that pass no batch-norm have no scale and are not ranked. */
function normScales(graph: NetworkGraph, groups: ChannelGroups, parameters: ParameterSet): GroupValues {
  const norms = graph.nodes.filter(({ kind }) => kind === 'batch-norm');
  if (norms.length === 0)
    throw new BadInput(
      `Pruning by batch-norm scales needs batch-norm, which ${graph.spec.kind} has none of.`,
      'Choose a network with batch-norm, or prune by filter-l1.',
    );
  return gather(norms, groups, (node) => {
    const { values } = parameters.get(`${node.id}.weight`)!;
    return (channel) => Math.abs(values[channel]!);
  });
}

function gather(
  nodes: readonly NetworkNode[],
  groups: ChannelGroups,
  measureOf: (node: NetworkNode) => (channel: number) => number,
): GroupValues {
  const gathered = new Map<number, number[]>();
  for (const node of nodes) {
    const measure = measureOf(node);
    for (const [channel, group] of groups.of(node.id).entries()) {
      if (groups.fixed.has(group)) continue;
      const known = gathered.get(group) ?? [];
      known.push(measure(channel));
      gathered.set(group, known);
    }
  }
  return gathered;
}

type ChannelLayer = ScoredLayer & { readonly members: readonly number[] };

/** Every group made by the same layers: where one of them is kept, none of these layers is empty. */
function layersOf(graph: NetworkGraph, groups: ChannelGroups, values: GroupValues): readonly ChannelLayer[] {
  const makers = new Map<number, Set<string>>();
  for (const { id } of graph.nodes.filter(isLayer))
    for (const group of groups.of(id)) makers.set(group, (makers.get(group) ?? new Set()).add(id));
  const ranked = [...makers.keys()].filter((group) => values.has(group));
  const byMakers = Map.groupBy(ranked, (group) => [...makers.get(group)!].join(', '));
  return [...byMakers].map(([name, members]) => ({
    name,
    members,
    scores: Float64Array.from(members, (group) => meanOf(values.get(group)!)),
  }));
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const isLayer = ({ kind }: NetworkNode): boolean => kind === 'conv' || kind === 'dense';
