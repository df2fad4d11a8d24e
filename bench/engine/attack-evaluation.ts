import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkGraph } from '#contract/network.ts';
import type { Comparison } from '../measuring/compare.ts';
import { findCifar, findStoredWeights, graphOf, keptFile, missingCifar } from '../measuring/materials.ts';
import type { Timing } from '../measuring/interleave.ts';
import type { Answer, Findings, Pgd, Request, RequestOf } from '../measuring/request.ts';
import type { Bench } from '../measuring/run-bench.ts';
import type { Side } from '../sides/side.ts';
import { compareVerdicts, differingExamples, type VerdictComparison } from './compare-verdicts.ts';
import { requireEqualLogits } from '../sides/equal-logits.ts';
import { openSides, type Sides } from '../sides/open-sides.ts';
import type { EngineBenchOptions } from './settings.ts';

const threads = 2;
const batch = 128;
const attack: Pgd = { epsilon: 8 / 255, stepSize: 0.8 / 255, steps: 50 };
const peerForms = [{ mode: 'eager', allocator: 'tuned' }] as const;

/** Networks of which an attack leaves most, or next to nothing; where none are stored, the bench trains them once. */
const attacked: readonly AttackedNetwork[] = [
  { network: 'cnn-small', training: 'natural', epochs: 8 },
  { network: 'cnn-small', training: 'adversarial', epochs: 8 },
  { network: 'cnn-large', training: 'adversarial', epochs: 6 },
];
type AttackedNetwork = {
  readonly network: 'cnn-small' | 'cnn-large';
  readonly training: 'natural' | 'adversarial';
  readonly epochs: number;
};

/** PGD-50 on real images, against torchattacks on the same weights. */
export async function benchAttackEvaluations(bench: Bench, options: EngineBenchOptions): Promise<void> {
  const { say, leaveOut } = bench;
  if (!options.measures.includes('attackEvaluation') || options.smoke) return;
  const cifar = findCifar(options.cifar);
  if (cifar === undefined) {
    leaveOut(`attackEvaluation. ${missingCifar(options.cifar)}`);
    return;
  }
  const forms = options.peer === 'pytorch' ? peerForms : [];
  for (const each of attacked) {
    const sides = await openSides({ ...options, threads, forms, leaveOut });
    try {
      const weights = await weightsOf(each, { side: sides.ours, records: cifar.train, say });
      const subject = { graph: graphOf({ kind: each.network }), weights, images: cifar.test };
      await requireEqualLogits(sides, subject);
      await benchOne(bench, options, { each, sides, subject });
    } finally {
      sides.close();
    }
  }
}

type Setting = {
  readonly each: AttackedNetwork;
  readonly sides: Sides;
  readonly subject: Pick<Request, 'graph' | 'weights' | 'images'>;
};

async function benchOne(
  { scratch, say, measure }: Bench,
  options: EngineBenchOptions,
  { each, sides, subject }: Setting,
): Promise<void> {
  const witnesses = join(scratch.folder, 'witnesses.bin');
  const request = { ...subject, measure: 'attackEvaluation', attack, batch, count: options.images } as const;
  const peers = sides.peers.flatMap(({ name, side }) => [
    { name, side, request, warmUps: 0 },
    { name: `${name}-correct-only`, side, request: { ...request, correctOnly: true as const }, warmUps: 0 },
  ]);
  const comparison: Comparison = {
    measure: 'attackEvaluation',
    network: `${each.network} ${each.training}`,
    batch,
    threads,
    ours: { name: 'ours', side: sides.ours, request: { ...request, witnesses }, warmUps: 0 },
    peers,
    effort: {
      leastRounds: Math.min(2, options.rounds),
      mostRounds: Math.min(3, options.rounds),
      budgetMs: 60_000,
    },
    notes: async (timings) => ({
      images: options.images,
      ...(await compareAll(timings, { sides, request, witnesses })),
    }),
  };
  const { notes } = await measure(comparison);
  for (const line of describeVerdicts(notes as Partial<Verdicts>)) say(line);
}

type Verdicts = { readonly verdicts: Readonly<Record<string, VerdictComparison>> };
type Confirmation = {
  readonly sides: Sides;
  readonly request: RequestOf<'attackEvaluation'>;
  readonly witnesses: string;
};

/** Has PyTorch look at each of our points about which the sides differ. */
async function compareAll(
  timings: ReadonlyMap<string, Timing>,
  { sides, request, witnesses }: Confirmation,
): Promise<Verdicts | object> {
  const ours = requireFindings(timings.get('ours')!.last);
  const verdicts: Record<string, VerdictComparison> = {};
  for (const { name, side } of sides.peers) {
    const peer = requireFindings(timings.get(name)!.last);
    const examples = differingExamples(ours, peer);
    const { leads = [], distances = [] } =
      examples.length === 0 ? {} : await side.ask({ ...request, measure: 'judge', witnesses, examples });
    const judged = { examples, leads, distances };
    verdicts[name] = compareVerdicts(ours, peer, { judged, epsilon: request.attack.epsilon });
  }
  return sides.peers.length === 0 ? { survived: ours.survived } : { verdicts };
}

function requireFindings({
  survived,
  leads,
  scales,
}: Answer): Required<Pick<Findings, 'survived' | 'leads' | 'scales'>> {
  if (survived && leads && scales) return { survived, leads, scales };
  throw new Error('A side did not say which images survived its attack.');
}

function describeVerdicts({ verdicts = {} }: Partial<Verdicts>): readonly string[] {
  return Object.entries(verdicts).flatMap(([name, { attackedAccuracy, differences, unexplained }]) => [
    `  attacked accuracy: ours ${percent(attackedAccuracy.ours)}, ${name} ${percent(attackedAccuracy.peer)}; ${differences.length} verdicts differ, ${unexplained} unexplained`,
    ...differences.map(
      ({ example, survived, ourLead, peerLead, reason }) =>
        `    image ${example} survives ${survived === 'ours' ? 'our attack' : 'the peer'} only (${reason}): lead ${ourLead.toFixed(5)} at our point, ${peerLead.toFixed(5)} at the peer's`,
    ),
  ]);
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

type TrainingGround = { readonly side: Side; readonly records: string; readonly say: (line: string) => void };

/** Stored ones where they lie beside the project, else what the bench trained before, else trained now. */
async function weightsOf(
  { network, training, epochs }: AttackedNetwork,
  { side, records, say }: TrainingGround,
): Promise<string> {
  const name = `${network}-${training}`;
  const stored = findStoredWeights(name);
  if (stored !== undefined) return stored;
  const kept = keptFile(`${name}.safetensors`);
  if (existsSync(kept)) return kept;
  say(`Training ${network} (${training}, ${epochs} epochs on 10,000 images), once; kept as ${kept}.`);
  const graph: NetworkGraph = graphOf({ kind: network });
  const into = `${kept}.part`;
  await side.ask({
    measure: 'train',
    graph,
    weights: '',
    images: records,
    count: 10_000,
    batch: 128,
    epochs,
    into,
    ...(training === 'adversarial' && { attack: { epsilon: 8 / 255, stepSize: 4 / 255, steps: 3 } }),
  });
  renameSync(into, kept);
  return kept;
}
