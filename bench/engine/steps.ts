import type { Comparison } from '../measuring/compare.ts';
import { graphOf } from '../measuring/materials.ts';
import type { Pgd, RequestOf } from '../measuring/request.ts';
import type { Bench } from '../measuring/run-bench.ts';
import { requireEqualLogits } from '../sides/equal-logits.ts';
import { openSides, type Sides } from '../sides/open-sides.ts';
import { peerName } from '../sides/pytorch.ts';
import { planGroups, stepMeasures, type EngineBenchOptions, type Group } from './settings.ts';

/** So many PGD steps make one measurement; a step is what is reported. */
const stepsAtOnce = 3;
const pgd: Pgd = { epsilon: 8 / 255, stepSize: 2 / 255, steps: stepsAtOnce };
const warmUps = { ours: 4, peer: 2 };

type StepMeasure = (typeof stepMeasures)[number];

/** Forward pass, PGD step and training step of every network, batch, number of threads and form of PyTorch. */
export async function benchSteps(bench: Bench, options: EngineBenchOptions): Promise<void> {
  const measures = stepMeasures.filter((measure) => options.measures.includes(measure));
  if (measures.length === 0) return;
  for (const group of planGroups(options)) await benchGroup(bench, options, { group, measures });
}

async function benchGroup(
  bench: Bench,
  options: EngineBenchOptions,
  { group, measures }: { readonly group: Group; readonly measures: readonly StepMeasure[] },
): Promise<void> {
  const { network, threads, cells } = group;
  const forms = new Map(cells.flatMap(({ peers }) => peers.map((form) => [peerName(form), form])));
  const sides = await openSides({
    ...options,
    threads,
    forms: [...forms.values()],
    leaveOut: bench.leaveOut,
  });
  try {
    const graph = graphOf({ kind: network });
    const subject = { graph, weights: bench.scratch.weightsFor(graph), images: bench.scratch.images };
    await requireEqualLogits(sides, subject);
    for (const cell of cells)
      for (const measure of measures) {
        const request = requestFor(measure, { ...subject, batch: cell.batch });
        await bench.measure(comparisonOf(options, { group, cell, sides, request }));
      }
  } finally {
    sides.close();
  }
}

type StepRequest = RequestOf<StepMeasure>;
type Setting = {
  readonly group: Group;
  readonly cell: Group['cells'][number];
  readonly sides: Sides;
  readonly request: StepRequest;
};

function comparisonOf(
  { rounds, full }: EngineBenchOptions,
  { group, cell, sides, request }: Setting,
): Comparison {
  const names = cell.peers.map(peerName);
  return {
    measure: request.measure,
    network: group.network,
    batch: cell.batch,
    threads: group.threads,
    ours: { name: 'ours', side: sides.ours, request, warmUps: warmUps.ours },
    peers: sides.peers.flatMap((peer) =>
      names.includes(peer.name) ? [{ ...peer, request, warmUps: warmUps.peer }] : [],
    ),
    effort: {
      leastRounds: Math.min(3, rounds),
      mostRounds: rounds,
      budgetMs: (full ? 60_000 : 15_000) * Math.max(1, cell.peers.length / 2),
    },
    ...(request.measure === 'pgdStep' && { per: stepsAtOnce }),
  };
}

function requestFor(measure: StepMeasure, subject: Omit<RequestOf<'forward'>, 'measure'>): StepRequest {
  switch (measure) {
    case 'pgdStep':
      return { ...subject, measure, attack: pgd };
    case 'forward':
      return { ...subject, measure };
    case 'trainingStep':
      return { ...subject, measure };
  }
}
