import { sourcesOf, type NetworkGraph, type NetworkNode } from '#contract/network.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';
import type { ChannelGroups } from './channel-groups.ts';

/** What a channel of each node does in evaluation, whatever the image. */
export type ChannelActivity = {
  /** 1: zero, since all that makes it is exactly zero. */
  readonly silent: (node: string) => Uint8Array;
  /** 1: some class score may depend on it. */
  readonly read: (node: string) => Uint8Array;
};

type Weighted = { readonly graph: NetworkGraph; readonly parameters: ParameterSet };

/**
 * Zeros followed forwards, use followed backwards. A channel that is the same for every image but not zero counts as
 * active: it does the work of a bias.
 */
export function traceActivity({ graph, parameters }: Weighted, groups: ChannelGroups): ChannelActivity {
  const network = { graph, parameters, groups };
  const silent = traceSilence(network);
  const read = traceUse(network);
  return { silent: (node) => silent.get(node)!, read: (node) => read.get(node)! };
}

type Network = Weighted & { readonly groups: ChannelGroups };
type Marks = Map<string, Uint8Array>;

function traceSilence(network: Network): Marks {
  const silent: Marks = new Map();
  for (const node of network.graph.nodes) {
    const sources = sourcesOf(node).map((id) => silent.get(id)!);
    silent.set(node.id, silenceAfter(node, sources, network));
  }
  return silent;
}

function silenceAfter(node: NetworkNode, sources: readonly Uint8Array[], network: Network): Uint8Array {
  const input = sources[0] ?? new Uint8Array(0);
  const width = network.groups.of(node.id).length;
  switch (node.kind) {
    case 'input':
      return new Uint8Array(width);
    case 'conv':
    case 'dense': {
      const heard = input.map((mark) => 1 - mark);
      const bias = network.parameters.get(`${node.id}.bias`)?.values;
      const isReached = joinWeights(network, node.id, input.length);
      return Uint8Array.from({ length: width }, (_, output) =>
        (bias?.[output] ?? 0) === 0 && !heard.some((mark, at) => mark === 1 && isReached(output, at)) ? 1 : 0,
      );
    }
    case 'batch-norm': {
      const scale = network.parameters.get(`${node.id}.weight`)!.values;
      const shift = network.parameters.get(`${node.id}.bias`)!.values;
      return Uint8Array.from(scale, (value, channel) => (value === 0 && shift[channel] === 0 ? 1 : 0));
    }
    case 'relu':
    case 'max-pool':
    case 'average-pool':
    case 'dropout':
      return input;
    case 'flatten':
      return Uint8Array.from({ length: width }, (_, feature) => input[channelOf(feature, width, input)]!);
    case 'add':
      return input.map((_, channel) => (sources.every((source) => source[channel] === 1) ? 1 : 0));
    case 'concat':
      return Uint8Array.from(sources.flatMap((source) => [...source]));
  }
}

function traceUse(network: Network): Marks {
  const { graph, groups } = network;
  const read: Marks = new Map(graph.nodes.map(({ id }) => [id, new Uint8Array(groups.of(id).length)]));
  read.get(graph.nodes.at(-1)!.id)!.fill(1);
  for (const node of graph.nodes.toReversed()) {
    const sources = sourcesOf(node).map((id) => read.get(id)!);
    markUse(node, read.get(node.id)!, { sources, network });
  }
  return read;
}

/** Marks what of its sources a node needs for what of it is needed. */
function markUse(
  node: NetworkNode,
  own: Uint8Array,
  { sources, network }: { readonly sources: readonly Uint8Array[]; readonly network: Network },
): void {
  const mark = (source: Uint8Array, isUsed: (channel: number) => boolean): void => {
    source.forEach((known, channel) => {
      if (known === 0 && isUsed(channel)) source[channel] = 1;
    });
  };
  const input = sources[0]!;
  switch (node.kind) {
    case 'input':
      return;
    case 'conv':
    case 'dense': {
      const isReached = joinWeights(network, node.id, input.length);
      mark(input, (channel) => own.some((used, output) => used === 1 && isReached(output, channel)));
      return;
    }
    case 'batch-norm': {
      const scale = network.parameters.get(`${node.id}.weight`)!.values;
      mark(input, (channel) => own[channel] === 1 && scale[channel] !== 0);
      return;
    }
    case 'flatten': {
      own.forEach((used, feature) => {
        if (used === 1) input[channelOf(feature, own.length, input)] = 1;
      });
      return;
    }
    case 'relu':
    case 'max-pool':
    case 'average-pool':
    case 'dropout':
    case 'add':
      for (const source of sources) mark(source, (channel) => own[channel] === 1);
      return;
    case 'concat': {
      let first = 0;
      for (const source of sources) {
        const offset = first;
        mark(source, (channel) => own[offset + channel] === 1);
        first += source.length;
      }
    }
  }
}

/** A feature's channel: features lie channel by channel, equally many of each. */
const channelOf = (feature: number, features: number, channels: Uint8Array): number =>
  Math.floor((feature * channels.length) / features);

/** Whether any weight leads from one channel to another. */
function joinWeights(
  { parameters }: Network,
  id: string,
  inputs: number,
): (output: number, input: number) => boolean {
  const { values, shape } = parameters.get(`${id}.weight`)!;
  const taps = values.length / (shape[0]! * inputs);
  return (output, input) => {
    const first = (output * inputs + input) * taps;
    for (let at = first; at < first + taps; at += 1) if (values[at] !== 0) return true;
    return false;
  };
}
