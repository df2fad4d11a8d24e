import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { describeLayers, pgdSteps, type Measure, type Request } from './measurement.ts';
import { startSide, type Side } from './side.ts';

export type EngineBenchOptions = {
  readonly threads: number;
  readonly rounds: number;
  readonly batches: readonly number[];
  /** The Python that has what bench/peers/requirements.txt lists. */
  readonly python: string;
  /** A folder with CIFAR-10's test_batch.bin, and a file of weights for cnn-small. */
  readonly cifar?: string;
  readonly weights?: string;
  readonly say: (line: string) => void;
};
export type EngineBenchResult = {
  readonly threads: number;
  readonly ours: string;
  readonly peer: string;
  /** Peer time / our time: above 1 this engine is faster. Median over networks and batches. */
  readonly ratios: Partial<Record<Measure, number>>;
  readonly cases: readonly CaseResult[];
};
type CaseResult = Request & {
  readonly oursMs: number;
  readonly peerMs: number;
  readonly ratio: number;
  readonly attackedAccuracy?: readonly [ours: number | undefined, peer: number | undefined];
};

/** What an allocator must be told so that it keeps memory instead of giving it back after every step. */
const tunedAllocator = {
  MALLOC_TOP_PAD_: '268435456',
  MALLOC_TRIM_THRESHOLD_: '4294967295',
  MALLOC_MMAP_THRESHOLD_: '4294967295',
};

export const defaultPython = join(homedir(), '.cache', 'redoubt', 'bench-peers', 'bin', 'python');

/** Both sides run at once and are asked in turn, so that whatever else the machine does meets both alike. */
export async function benchEngine(options: EngineBenchOptions): Promise<EngineBenchResult> {
  if (!existsSync(options.python))
    throw new Error(
      `No Python at ${options.python}. Make one: python3 -m venv ${join(options.python, '..', '..')}, then pip install -r bench/peers/requirements.txt in it.`,
    );
  const here = import.meta.dirname;
  const threads = String(options.threads);
  const ours = await startSide(process.execPath, [join(here, 'our-side.ts'), threads], tunedAllocator);
  const peer = await startSide(
    options.python,
    [join(here, '..', 'peers', 'engine.py'), threads],
    tunedAllocator,
  );
  try {
    const cases: CaseResult[] = [];
    for (const request of requestsOf(options)) cases.push(await compare(request, { ours, peer }, options));
    const ratios = Object.fromEntries(
      [...new Set(cases.map(({ measure }) => measure))].map((measure) => [
        measure,
        median(cases.filter((each) => each.measure === measure).map(({ ratio }) => ratio)),
      ]),
    );
    return { threads: options.threads, ours: ours.name, peer: peer.name, ratios, cases };
  } finally {
    ours.close();
    peer.close();
  }
}

function requestsOf({ batches, cifar, weights, say }: EngineBenchOptions): Request[] {
  const steps = batches.flatMap((batch) =>
    (['cnn-small', 'cnn-large'] as const).flatMap((network) =>
      (['forward', 'pgdStep', 'trainingStep'] as const).map((measure): Request => ({
        measure,
        network,
        batch,
      })),
    ),
  );
  if (cifar === undefined || weights === undefined) {
    say('attackEvaluation is left out: it needs --cifar and --weights.');
    return steps;
  }
  const images = join(cifar, 'test_batch.bin');
  return [
    ...steps,
    { measure: 'attackEvaluation', network: 'cnn-small', batch: 128, weights, images, count: 1000 },
  ];
}

async function compare(
  request: Request,
  { ours, peer }: { readonly ours: Side; readonly peer: Side },
  { rounds, say }: EngineBenchOptions,
): Promise<CaseResult> {
  const layers = describeLayers(buildNetwork({ kind: request.network }, [32, 32, 3], 10));
  const oursMs: number[] = [];
  const peerMs: number[] = [];
  let accuracies: CaseResult['attackedAccuracy'];
  for (let round = 0; round < (request.measure === 'attackEvaluation' ? 1 : rounds); round += 1) {
    const our = await ours.ask(request);
    const their = await peer.ask({ ...request, layers });
    oursMs.push(our.ms);
    peerMs.push(their.ms);
    if (our.attackedAccuracy !== undefined) accuracies = [our.attackedAccuracy, their.attackedAccuracy];
  }
  const per = request.measure === 'pgdStep' ? pgdSteps : 1;
  const result = { oursMs: median(oursMs) / per, peerMs: median(peerMs) / per };
  const ratio = result.peerMs / result.oursMs;
  say(
    `${request.measure.padEnd(16)} ${request.network.padEnd(10)} batch ${String(request.batch).padStart(3)}: ours ${result.oursMs.toFixed(1)} ms, peer ${result.peerMs.toFixed(1)} ms, ratio ${ratio.toFixed(2)}${accuracies ? `, attacked accuracy ${accuracies.join(' and ')}` : ''}`,
  );
  return { ...request, ...result, ratio, ...(accuracies && { attackedAccuracy: accuracies }) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
