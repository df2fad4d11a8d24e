import { describeCase } from '../measuring/case.ts';
import { compare, type Comparison } from '../measuring/compare.ts';
import { graphOf } from '../measuring/materials.ts';
import type { Pgd, RequestOf } from '../measuring/request.ts';
import { peerName } from '../sides/pytorch.ts';
import type { Bench } from './bench-engine.ts';
import { requireEqualLogits } from './equal-logits.ts';
import { openSides, type Sides } from './open-sides.ts';
import { planGroups, stepMeasures, type Group } from './settings.ts';

/** So many PGD steps make one measurement; a step is what is reported. */
const stepsAtOnce = 3;
const pgd: Pgd = { epsilon: 8 / 255, stepSize: 2 / 255, steps: stepsAtOnce };
const warmUps = { ours: 4, peer: 2 };

type StepMeasure = (typeof stepMeasures)[number];

/** Forward pass, PGD step and training step of every network, batch, number of threads and form of PyTorch. */
export async function benchSteps(bench: Bench): Promise<void> {
  const measures = stepMeasures.filter((measure) => bench.options.measures.includes(measure));
  if (measures.length === 0) return;
  for (const group of planGroups(bench.options)) await benchGroup(bench, group, measures);
}

async function benchGroup(bench: Bench, group: Group, measures: readonly StepMeasure[]): Promise<void> {
  const forms = [
    ...new Map(
      group.cells.flatMap(({ peers }) => peers.map((form) => [peerName(form), form] as const)),
    ).values(),
  ];
  const sides = await openSides(bench, group.threads, forms);
  try {
    const graph = graphOf({ kind: group.network });
    const subject = { graph, weights: bench.scratch.weightsFor(graph), images: bench.scratch.images };
    await requireEqualLogits(sides, subject);
    for (const cell of group.cells)
      for (const measure of measures) {
        const request = requestFor(measure, { ...subject, batch: cell.batch });
        const result = await compare(comparisonOf(bench, { group, cell, sides, request }));
        bench.options.say(describeCase(result));
        bench.report(result);
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

function comparisonOf({ options }: Bench, { group, cell, sides, request }: Setting): Comparison {
  const { rounds, full } = options;
  return {
    measure: request.measure,
    network: group.network,
    batch: cell.batch,
    threads: group.threads,
    ours: { name: 'ours', side: sides.ours, request, warmUps: warmUps.ours },
    peers: sides.peersAmong(cell.peers).map((peer) => ({ ...peer, request, warmUps: warmUps.peer })),
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
