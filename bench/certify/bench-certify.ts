import { pytorchHeadline, type CaseResult } from '../measuring/case.ts';
import type { Effort, Timing } from '../measuring/interleave.ts';
import { findCifar, findStoredWeights, graphOf } from '../measuring/materials.ts';
import type { Request, RequestOf } from '../measuring/request.ts';
import { runBench, type Bench, type BenchResult } from '../measuring/run-bench.ts';
import { greatestDifference, requireEqualLogits } from '../sides/equal-logits.ts';
import { openSides, type Sides } from '../sides/open-sides.ts';

export const certifyMeasures = [
  'intervalBounds',
  'crownBounds',
  'crownFullBounds',
  'learnedScoresEpoch',
] as const;
type CertifyMeasure = (typeof certifyMeasures)[number];

export type CertifyBenchOptions = {
  readonly measures: readonly CertifyMeasure[];
  readonly peer: 'pytorch' | 'none';
  /** Tiny sizes: shows that everything runs. */
  readonly smoke: boolean;
  readonly rounds: number;
  readonly python: string;
};

const { threads } = pytorchHeadline;
const epsilon = 2 / 255;

/** What is proved, and how fast, against the same methods in plain PyTorch. */
export const benchCertify = (
  options: CertifyBenchOptions,
  say: (line: string) => void,
): Promise<BenchResult> =>
  runBench({ headline: pytorchHeadline, say }, async (bench) => {
    const forms = options.peer === 'pytorch' ? [{ mode: 'eager', allocator: 'tuned' } as const] : [];
    const sides = await openSides({ ...options, threads, forms, leaveOut: bench.leaveOut });
    try {
      for (const planned of planCases(bench, options))
        if (options.measures.includes(planned.request.measure))
          await benchCase(bench, options, { sides, planned });
    } finally {
      sides.close();
    }
  });

type CertifyRequest = RequestOf<CertifyMeasure>;
type Planned = { readonly network: string; readonly request: CertifyRequest; readonly warmUps: number };

/** Real images and an adversarially trained cnn-small where they lie beside the project: then proofs are no rarity. */
function planCases({ scratch }: Pick<Bench, 'scratch'>, { smoke }: CertifyBenchOptions): readonly Planned[] {
  const images = findCifar()?.test ?? scratch.images;
  const [small, large] = [graphOf({ kind: 'cnn-small' }), graphOf({ kind: 'cnn-large' })];
  const weights = findStoredWeights('cnn-small-adversarial') ?? scratch.weightsFor(small);
  const onSmall = { graph: small, weights, images };
  const onLarge = { graph: large, weights: scratch.weightsFor(large), images };
  const all = smoke ? 2 : 256;
  return [
    {
      network: 'cnn-large',
      request: { ...onLarge, measure: 'intervalBounds', count: all, batch: all, epsilon },
      warmUps: 4,
    },
    {
      network: 'cnn-small',
      request: { ...onSmall, measure: 'crownBounds', count: all, batch: all, epsilon },
      warmUps: 4,
    },
    ...(smoke
      ? []
      : ([
          {
            network: 'cnn-small',
            request: { ...onSmall, measure: 'crownFullBounds', count: 16, batch: 16, epsilon, rows: 256 },
            warmUps: 1,
          },
        ] as const)),
    {
      network: 'cnn-small',
      request: {
        ...onSmall,
        measure: 'learnedScoresEpoch',
        count: smoke ? 4 : 256,
        batch: smoke ? 2 : 128,
        density: 0.1,
      },
      warmUps: 2,
    },
  ];
}

type Setting = { readonly sides: Sides; readonly planned: Planned };

async function benchCase(
  bench: Bench,
  { rounds }: CertifyBenchOptions,
  { sides, planned: { network, request, warmUps } }: Setting,
): Promise<void> {
  await requireEqualLogits(sides, request);
  const effort: Effort = { leastRounds: Math.min(3, rounds), mostRounds: rounds, budgetMs: 20_000 };
  const result = await bench.measure({
    measure: request.measure,
    network,
    batch: request.batch,
    threads,
    ours: { name: 'ours', side: sides.ours, request, warmUps },
    peers: sides.peers.map((peer) => ({ ...peer, request, warmUps })),
    effort,
    notes: (timings) => describeMargins(request, timings),
  });
  sayMargins(bench, result);
}

type MarginNotes = {
  readonly images: number;
  readonly certified?: Readonly<Record<string, number>>;
  /** Mean of the last epoch; either side has taken as many. */
  readonly loss?: Readonly<Record<string, number | undefined>>;
  /** Relative to the greatest margin. */
  readonly greatestDifference?: Readonly<Record<string, number>>;
};

/** How many images have no margin at or below 0, and how far the sides' margins are apart. */
function describeMargins(request: CertifyRequest, timings: ReadonlyMap<string, Timing>): MarginNotes {
  const { margins: ours } = timings.get('ours')!.last;
  if (ours === undefined) {
    const losses = [...timings].map(([name, { last }]) => [name, last.loss] as const);
    return { images: request.count, loss: Object.fromEntries(losses) };
  }
  const all = [...timings].map(([name, { last }]) => [name, last.margins ?? []] as const);
  const scale = Math.max(...ours.map(Math.abs));
  return {
    images: request.count,
    certified: Object.fromEntries(
      all.map(([name, margins]) => [name, countCertified(request.graph, margins)]),
    ),
    greatestDifference: Object.fromEntries(
      all.map(([name, margins]) => [name, greatestDifference(ours, margins) / scale]),
    ),
  };
}

/** The margin of the label itself is 0 on either side. */
export function countCertified(
  { classCount }: Pick<Request['graph'], 'classCount'>,
  margins: readonly number[],
): number {
  const rows = Array.from({ length: margins.length / classCount }, (_, i) =>
    margins.slice(i * classCount, (i + 1) * classCount),
  );
  return rows.filter((row) => row.filter((margin) => margin > 0).length === classCount - 1).length;
}

/** The arithmetic is float32 on either side. */
const marginTolerance = 1e-4;

function sayMargins({ say }: Pick<Bench, 'say'>, { notes }: CaseResult): void {
  const { images, certified = {}, greatestDifference: differences = {} } = notes as MarginNotes;
  for (const [name, count] of Object.entries(certified))
    say(
      `  ${name}: ${count} of ${images} images certified, margins within ${differences[name]!.toExponential(1)} of ours`,
    );
  const apart = Object.entries(differences).find(([, difference]) => !(difference <= marginTolerance));
  if (apart !== undefined)
    throw new Error(
      `The margins of ${apart[0]} differ from ours by ${apart[1]} of the greatest one: one side is wrong.`,
    );
}
