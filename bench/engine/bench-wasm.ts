import { join } from 'node:path';
import { generateGlyphs } from '#workers/data/glyphs.ts';
import { writeFileSync } from 'node:fs';
import { wasmHeadline } from '../measuring/case.ts';
import { findCifar, findStoredWeights, graphOf, missingCifar } from '../measuring/materials.ts';
import type { Request, RequestOf } from '../measuring/request.ts';
import { runBench, type Bench, type BenchResult } from '../measuring/run-bench.ts';
import { requireEqualLogits } from '../sides/equal-logits.ts';
import { openEngines, type Sides } from '../sides/open-sides.ts';
import { differingExamples } from './compare-verdicts.ts';
import type { EngineBenchOptions } from './settings.ts';

const graph = graphOf({ kind: 'cnn-small' });
/** As resources/studies/quickstart.yaml and cifar10-compact.yaml train and attack. */
const studies = {
  quickstart: {
    batch: 32,
    training: { epsilon: 8 / 255, stepSize: 4 / 255, steps: 3 },
    evaluation: { epsilon: 8 / 255, stepSize: 0.8 / 255, steps: 20 },
  },
  cifar10: {
    batch: 128,
    training: { epsilon: 8 / 255, stepSize: 2 / 255, steps: 7 },
    evaluation: { epsilon: 8 / 255, stepSize: 0.8 / 255, steps: 50 },
  },
} as const;
const epochImages = 512;

/** The onnx engine against the wasm engine: the work of the two studies that come with the project, one thread each. */
export const benchWasm = (options: EngineBenchOptions, say: (line: string) => void): Promise<BenchResult> =>
  runBench({ headline: wasmHeadline, say }, async (bench) => {
    const sides = await openEngines();
    try {
      await benchGlyphs(bench, options, sides);
      await benchCifar(bench, options, sides);
    } finally {
      sides.close();
    }
  });

async function benchGlyphs(bench: Bench, options: EngineBenchOptions, sides: Sides): Promise<void> {
  const { folder } = bench.scratch;
  const images = join(folder, 'glyphs.bin');
  const count = 2000;
  writeFileSync(images, recordsOf(generateGlyphs({ count, seed: 0, split: 'train' })));
  await benchTraining(bench, options, { sides, study: 'quickstart', images });
  const tests = join(folder, 'glyph-tests.bin');
  writeFileSync(tests, recordsOf(generateGlyphs({ count: 500, seed: 0, split: 'test' })));
  for (const training of ['natural', 'adversarial'] as const) {
    const into = join(folder, `glyphs-${training}.safetensors`);
    const attack = training === 'adversarial' ? { attack: studies.quickstart.training } : {};
    const settings = { graph, weights: '', images, batch: 32, count, epochs: 3, into, ...attack };
    await sides.ours.ask({ ...settings, measure: 'train' });
    await benchEvaluation(bench, options, {
      sides,
      study: 'quickstart',
      images: tests,
      weights: into,
      training,
    });
  }
}

async function benchCifar(bench: Bench, options: EngineBenchOptions, sides: Sides): Promise<void> {
  const cifar = findCifar(options.cifar);
  if (cifar === undefined) {
    bench.leaveOut(`The CIFAR-10 study. ${missingCifar(options.cifar)}`);
    return;
  }
  await benchTraining(bench, options, { sides, study: 'cifar10', images: cifar.train });
  for (const training of ['natural', 'adversarial'] as const) {
    const weights = findStoredWeights(`cnn-small-${training}`);
    if (weights === undefined)
      bench.leaveOut(`Attacks on CIFAR-10: no stored cnn-small-${training} beside the project.`);
    else
      await benchEvaluation(bench, options, {
        sides,
        study: 'cifar10',
        images: cifar.test,
        weights,
        training,
      });
  }
}

type Work = { readonly sides: Sides; readonly study: keyof typeof studies; readonly images: string };

async function benchTraining(
  bench: Bench,
  { rounds }: EngineBenchOptions,
  { sides, study, images }: Work,
): Promise<void> {
  const { batch, training: attack } = studies[study];
  const subject = { graph, weights: bench.scratch.weightsFor(graph), images, batch };
  await requireEqualLogits(sides, subject);
  const requests: readonly RequestOf<'trainingStep' | 'adversarialEpoch'>[] = [
    { ...subject, measure: 'trainingStep' },
    { ...subject, measure: 'adversarialEpoch', count: epochImages, attack },
  ];
  for (const request of requests)
    await bench.measure({
      ...contest(sides, request, request.measure === 'trainingStep' ? 4 : 1),
      network: `cnn-small, ${study}`,
      batch,
      effort: { leastRounds: Math.min(3, rounds), mostRounds: rounds, budgetMs: 15_000 },
      ...('count' in request && { notes: () => ({ images: request.count }) }),
    });
}

async function benchEvaluation(
  bench: Bench,
  { rounds, images: count }: EngineBenchOptions,
  work: Work & { readonly weights: string; readonly training: string },
): Promise<void> {
  const { sides, study, images, weights, training } = work;
  const tested = study === 'quickstart' ? Math.min(500, count) : count;
  const subject = { graph, weights, images, batch: 128, count: tested };
  await requireEqualLogits(sides, subject);
  const request = { ...subject, measure: 'attackEvaluation', attack: studies[study].evaluation } as const;
  const { notes } = await bench.measure({
    ...contest(sides, request, 0),
    network: `cnn-small, ${study}, ${training}`,
    batch: request.batch,
    effort: { leastRounds: Math.min(2, rounds), mostRounds: Math.min(3, rounds), budgetMs: 20_000 },
    notes: (timings) => {
      const [ours, wasm] = ['ours', 'wasm'].map((name) => ({
        survived: timings.get(name)!.last.survived ?? '',
      }));
      const survived = Array.from(ours!.survived).filter((mark) => mark === '1').length;
      return { images: tested, survived, differing: differingExamples(ours!, wasm!) };
    },
  });
  const { survived, differing } = notes as { survived: number; differing: readonly number[] };
  bench.say(`  ${survived} of ${tested} survive; ${differing.length} verdicts differ between the engines`);
}

const contest = <R extends Request>({ ours, peers }: Sides, request: R, warmUps: number) => ({
  measure: request.measure,
  threads: wasmHeadline.threads,
  ours: { name: 'ours', side: ours, request, warmUps },
  peers: peers.map((peer) => ({ ...peer, request, warmUps })),
});

/** Bytes [row, column, channel] as CIFAR-10 lays them out: a label, then plane by plane. */
export function recordsOf({
  images,
  labels,
}: {
  readonly images: Uint8Array;
  readonly labels: Uint16Array;
}): Uint8Array {
  const records = new Uint8Array(labels.length * 3073);
  for (const [row, label] of labels.entries()) {
    records[row * 3073] = label;
    for (let value = 0; value < 3072; value += 1)
      records[row * 3073 + 1 + (value % 3) * 1024 + Math.floor(value / 3)] = images[row * 3072 + value]!;
  }
  return records;
}
