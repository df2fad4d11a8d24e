import type { PeerForm } from '../sides/pytorch.ts';
import { allocators, modes } from '../sides/pytorch.ts';

export const stepMeasures = ['forward', 'pgdStep', 'trainingStep'] as const;
const longMeasures = ['attackEvaluation', 'adversarialEpoch'] as const;
export const engineMeasures = [...stepMeasures, ...longMeasures] as const;
type EngineMeasure = (typeof engineMeasures)[number];
export const benchNetworks = ['cnn-small', 'cnn-large', 'vgg16-bn', 'wrn-28-1'] as const;
type BenchNetwork = (typeof benchNetworks)[number];

export type EngineBenchOptions = {
  readonly peer: 'pytorch' | 'wasm' | 'none';
  readonly measures: readonly EngineMeasure[];
  readonly networks: readonly BenchNetwork[];
  readonly batches: readonly number[];
  /** Left out: 2, and 1 for one network and batch. */
  readonly threads?: readonly number[];
  /** Every way of running PyTorch on every network, batch and number of threads. */
  readonly full: boolean;
  /** Tiny sizes: shows that everything runs. */
  readonly smoke: boolean;
  readonly rounds: number;
  /** How many images are attacked. */
  readonly images: number;
  /** The Python that has what bench/peers/requirements.txt lists. */
  readonly python: string;
  /** A folder with CIFAR-10's binary files. */
  readonly cifar?: string;
};

/** One network on so many threads: the processes of a group live and end together. */
export type Group = {
  readonly network: BenchNetwork;
  readonly threads: number;
  readonly cells: readonly { readonly batch: number; readonly peers: readonly PeerForm[] }[];
};

const headlineForm: PeerForm = { mode: 'eager', allocator: 'tuned' };
const everyForm: readonly PeerForm[] = modes.flatMap((mode) =>
  allocators.map((allocator) => ({ mode, allocator })),
);
/** Where the default run compares every way of running PyTorch. */
const closeLook = { network: 'cnn-large', batch: 128 } as const;

/** Which comparisons are made: the headline's everywhere, the others in one place or, in full, everywhere. */
export function planGroups(
  options: Pick<EngineBenchOptions, 'networks' | 'batches' | 'threads' | 'full' | 'peer'>,
): readonly Group[] {
  const { networks, batches, full, peer } = options;
  const counts = options.threads ?? (full ? [2, 1] : [2]);
  const formsAt = (network: BenchNetwork, batch: number): readonly PeerForm[] => {
    if (peer !== 'pytorch') return [];
    const isClose = network === closeLook.network && batch === closeLook.batch;
    return full || (isClose && options.threads === undefined) ? everyForm : [headlineForm];
  };
  const groups = counts.flatMap((threads) =>
    networks.map((network): Group => {
      const cells = batches.map((batch) => ({ batch, peers: formsAt(network, batch) }));
      return { network, threads, cells };
    }),
  );
  const { network, batch } = closeLook;
  const isPlanned = networks.includes(network) && batches.includes(batch);
  return options.threads === undefined && !full && isPlanned
    ? [...groups, { network, threads: 1, cells: [{ batch, peers: formsAt(network, batch) }] }]
    : groups;
}
