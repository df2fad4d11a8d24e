import { sourcesOf, type NetworkGraph, type NetworkNode } from '#contract/network.ts';
import { activationShapes, sizeOf, type ActivationShape } from '#contract/network-shapes.ts';

/**
 * Channels that can only be there, or be gone, together. A residual addition couples the channels that it adds;
 * everything between two layers hands them on.
 */
export type ChannelGroups = {
  /** The group of each channel that a node gives; of a flattened image in the order of a dense layer's stored columns. */
  readonly of: (node: string) => Int32Array;
  /** Groups are numbered from 0 in the order in which they first appear. */
  readonly count: number;
  /** Nobody may prune these: channels of the image, class scores. */
  readonly fixed: ReadonlySet<number>;
};

export function groupChannels(graph: NetworkGraph): ChannelGroups {
  const shapes = activationShapes(graph);
  const couplings = createCouplings();
  const channels = new Map<string, readonly number[]>();
  for (const node of graph.nodes) {
    const sources = sourcesOf(node).map((id) => channels.get(id)!);
    channels.set(node.id, channelsAfter(node, sources, { shapes, couplings, graph }));
  }
  const numberOf = new Map<number, number>();
  const groupOf = (channel: number): number => {
    const first = couplings.firstOf(channel);
    const known = numberOf.get(first) ?? numberOf.size;
    numberOf.set(first, known);
    return known;
  };
  const groups = new Map([...channels].map(([id, own]) => [id, Int32Array.from(own, groupOf)]));
  const ends = graph.nodes.filter((node, place) => node.kind === 'input' || place === graph.nodes.length - 1);
  return {
    of: (node) => groups.get(node)!,
    count: numberOf.size,
    fixed: new Set(ends.flatMap(({ id }) => [...groups.get(id)!])),
  };
}

type Tracing = {
  readonly shapes: ReadonlyMap<string, ActivationShape>;
  readonly couplings: Couplings;
  readonly graph: NetworkGraph;
};

/** What each kind of node does to channels. */
function channelsAfter(
  node: NetworkNode,
  sources: readonly (readonly number[])[],
  { shapes, couplings, graph }: Tracing,
): readonly number[] {
  const input = sources[0] ?? [];
  switch (node.kind) {
    case 'input':
      return couplings.create(graph.inputShape[2]);
    case 'conv':
      return couplings.create(node.filters);
    case 'dense':
      return couplings.create(node.units);
    case 'relu':
    case 'batch-norm':
    case 'max-pool':
    case 'average-pool':
    case 'dropout':
      return input;
    case 'flatten': {
      const places = sizeOf(shapes.get(node.input)!.slice(0, -1));
      return input.flatMap((channel) => Array.from({ length: places }, () => channel));
    }
    case 'add':
      for (const other of sources.slice(1))
        other.forEach((channel, place) => {
          couplings.couple(input[place]!, channel);
        });
      return input;
    case 'concat':
      return sources.flat();
  }
}

type Couplings = {
  /** So many new channels, coupled with nothing. */
  create(count: number): readonly number[];
  couple(left: number, right: number): void;
  /** The earliest of the channels that one is coupled with. */
  firstOf(channel: number): number;
};

/** A union-find in which the earlier channel stands for the later. */
function createCouplings(): Couplings {
  const standsFor: number[] = [];
  const firstOf = (channel: number): number => {
    let first = channel;
    while (standsFor[first] !== first) first = standsFor[first]!;
    standsFor[channel] = first;
    return first;
  };
  return {
    firstOf,
    create: (count) => Array.from({ length: count }, () => standsFor.push(standsFor.length) - 1),
    couple(left, right) {
      const [earlier, later] = [firstOf(left), firstOf(right)].toSorted((a, b) => a - b) as [number, number];
      standsFor[later] = earlier;
    },
  };
}
