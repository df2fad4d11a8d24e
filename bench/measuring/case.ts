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

/** What the headline ratios are taken against. */
export const headline = {
  peer: peerName({ mode: 'eager', allocator: 'tuned' }),
  threads: 2,
} as const;

export const definition =
  'A ratio is peer time / our time (above 1: this engine is faster), the median over networks and batches, against PyTorch eager with a tuned allocator, 2 threads on either side.';

/** Median over networks and batches of each measure that was compared with the headline peer. */
export function ratiosOf(
  cases: readonly CaseResult[],
  { peer, threads }: { readonly peer: string; readonly threads: number } = headline,
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
  const head = `${measure.padEnd(17)}${network.padEnd(22)} batch ${String(batch).padStart(3)}, ${threads} thread${threads === 1 ? '' : 's'}`;
  const ours = `ours ${milliseconds(oursMs)} (±${(100 * oursSpread).toFixed(0)} %, ${rounds} rounds)`;
  return `${head}: ${[ours, ...against].join('; ')}`;
}

const milliseconds = (ms: number): string => `${ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
