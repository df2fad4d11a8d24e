import { peerName } from '../sides/pytorch.ts';
import { median } from './statistics.ts';
import type { Measure } from './request.ts';

/** One comparison of one measure, as it ends up in the JSON line. */
export type CaseResult = {
  readonly measure: Measure;
  /** The network, with how it was trained where that matters. */
  readonly network: string;
  readonly batch: number;
  readonly threads: number;
  readonly oursMs: number;
  readonly oursSpread: number;
  readonly rounds: number;
  readonly peers: Readonly<Record<string, PeerResult>>;
  /** What else is to be said about the case: images, verdicts, differences. */
  readonly notes?: object;
};
type PeerResult = {
  readonly ms: number;
  readonly spread: number;
  /** Peer time / our time: above 1 this engine is faster. */
  readonly ratio: number;
};

/** What the ratios at the end are taken against. */
export type Headline = { readonly peer: string; readonly threads: number; readonly definition: string };

export const pytorchHeadline: Headline = {
  peer: peerName({ mode: 'eager', allocator: 'tuned' }),
  threads: 2,
  definition:
    'A ratio is peer time / our time (above 1: this engine is faster), the median over networks and batches, against PyTorch eager with a tuned allocator, 2 threads on either side.',
};

export const wasmHeadline: Headline = {
  peer: 'wasm',
  threads: 1,
  definition:
    'A ratio is the time of the wasm engine / that of the onnx engine, the median over cases, 1 thread on either side.',
};

/** The median of each measure over all cases that were compared with the headline's peer. */
export function ratiosOf(
  cases: readonly CaseResult[],
  { peer, threads }: Pick<Headline, 'peer' | 'threads'>,
): Partial<Record<Measure, number>> {
  const compared = cases.filter((each) => each.threads === threads && each.peers[peer] !== undefined);
  return Object.fromEntries(
    [...new Set(compared.map(({ measure }) => measure))].map((measure) => [
      measure,
      median(compared.flatMap((each) => (each.measure === measure ? [each.peers[peer]!.ratio] : []))),
    ]),
  );
}

/** One line a case, for people who watch. */
export function describeCase({
  measure,
  network,
  batch,
  threads,
  oursMs,
  oursSpread,
  rounds,
  peers,
}: CaseResult): string {
  const against = Object.entries(peers).map(
    ([name, { ms, ratio }]) => `${name} ${milliseconds(ms)}, ratio ${ratio.toFixed(2)}`,
  );
  const head = `${measure.padEnd(19)}${network.padEnd(22)} batch ${String(batch).padStart(3)}, ${threads} thread${threads === 1 ? '' : 's'}`;
  const ours = `ours ${milliseconds(oursMs)} (±${(100 * oursSpread).toFixed(0)} %, ${rounds} rounds)`;
  return `${head}: ${[ours, ...against].join('; ')}`;
}

const milliseconds = (ms: number): string => `${ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
