import type { CaseResult } from './case.ts';
import { interleave, type Contestant, type Effort, type Timing } from './interleave.ts';

export type Comparison = Pick<CaseResult, 'measure' | 'network' | 'batch' | 'threads'> & {
  readonly ours: Contestant;
  readonly peers: readonly Contestant[];
  readonly effort: Effort;
  /** How many of what is reported one measurement takes. */
  readonly per?: number;
  readonly notes?: (timings: ReadonlyMap<string, Timing>) => Promise<object> | object;
};

/** Measures both sides in turn and puts them side by side. */
export async function compare(comparison: Comparison): Promise<CaseResult> {
  const { measure, network, batch, threads, ours, peers, effort, per = 1 } = comparison;
  const timings = await interleave([ours, ...peers], effort);
  const own = timings.get(ours.name)!;
  const notes = await comparison.notes?.(timings);
  return {
    measure,
    network,
    batch,
    threads,
    oursMs: own.ms / per,
    oursSpread: own.spread,
    rounds: own.rounds,
    peers: Object.fromEntries(
      peers.map(({ name }) => {
        const { ms, spread } = timings.get(name)!;
        return [name, { ms: ms / per, spread, ratio: ms / own.ms }];
      }),
    ),
    ...(notes && { notes }),
  };
}
