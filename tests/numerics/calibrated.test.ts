import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { objectiveSchema, optimizerSchema, type Objective } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { disposeTensors, fromTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import type { Batch } from '#workers/objectives/batch.ts';
import { disposeCarried, type Carried } from '#workers/objectives/carried.ts';
import type { GanShape } from '#workers/objectives/generator.ts';
import type { BatchMeasures } from '#workers/objectives/objective-rule.ts';
import { lossAndGradients } from '#workers/objectives/objective.ts';
import { disposeTrainingState, trainStep, type TrainingState } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';
import { blobs } from './blobs.ts';
import { everyKindNetwork } from './every-kind.ts';
import {
  confidences,
  crossEntropies,
  discriminate,
  fromUniform,
  mean,
  naiveImages,
  readGan,
  type NaiveGan,
} from './naive-gan.ts';
import { naiveLogits } from './naive-network.ts';
import { moved, squaredLength } from './seen-by.ts';
import { mainEngines, withEngine } from './with-engine.ts';

const count = 5;
const seed = 7;
const weight = 0.5;
const rate = 0.01;
const [latent, channels] = [6, 3];
const joint = { kind: 'calibrated', weight, latent, channels, ganLearningRate: rate } as const;
const objective = objectiveSchema.parse(joint);
const [generated, real] = [0, 1];

/** Images of sizes that are and are not multiples of four, in colour and grey. */
const networks: Readonly<Record<string, NetworkGraph>> = {
  'grey images of 8x8': buildNetwork({ kind: 'mlp', widths: [7] }, [8, 8, 1], 4),
  'colour images of 9x7': buildNetwork({ kind: 'mlp', widths: [7] }, [9, 7, 3], 4),
  'batch-norm, pools and sums': withoutDropout(everyKindNetwork([8, 8, 1], 4)),
};

describe.each(mainEngines)('a classifier trained jointly with a GAN on %s', (kind) => {
  const engine = withEngine(kind);

  describe.each(Object.entries(networks))('for %s', (_name, graph) => {
    const shape: GanShape = { image: graph.inputShape, latent, channels };
    const weights = initializeParameters(graph, createRandom(5));
    const batch = examplesFor(graph);
    let [before, after, slopes]: (NaiveGan | undefined)[] = [];
    let told: BatchMeasures | undefined;

    beforeAll(async () => {
      const reads = { graph, shape };
      const still = await descended(graph, weights, batch, { ganLearningRate: 1e-12 });
      before = await readGan(still.carried, { ...reads, what: 'parameter' });
      disposeCarried(still.carried);
      const stepped = await descended(graph, weights, batch);
      after = await readGan(stepped.carried, { ...reads, what: 'parameter' });
      slopes = await readGan(stepped.carried, { ...reads, what: 'slot/first-moment' });
      disposeCarried(stepped.carried);
      told = stepped;
    });

    const made = (generator: ParameterSet, purpose: string): Float32Array =>
      Float32Array.from(naiveImages(shape, generator, noiseFor(purpose, batch)));
    const discriminatorLoss = ({ generator, discriminator }: NaiveGan): number => {
      const images = Float32Array.from([...batch.images, ...made(generator, 'gan-noise')]);
      const rows = discriminate(graph, shape, { discriminator, images });
      return 2 * mean(crossEntropies(rows, (row) => (row < count ? real : generated)));
    };
    const generatorLoss = ({ generator, discriminator }: NaiveGan): number => {
      const images = made(generator, 'gan-noise');
      const unlike = crossEntropies(discriminate(graph, shape, { discriminator, images }), () => real);
      const apart = fromUniform(naiveLogits(graph, weights, { images, mode: 'evaluation' }));
      return mean(unlike) + weight * mean(apart);
    };

    it('the discriminator tells images from those of the generator as it was', () => {
      expect(told!.remarks['discriminator-loss']).toBeCloseTo(discriminatorLoss(before!), 4);
    });

    it('the generator is held against the discriminator after its step, and against the network in evaluation', () => {
      const { generator } = before!;
      const { discriminator } = after!;
      expect(told!.remarks['generator-loss']).toBeCloseTo(generatorLoss({ generator, discriminator }), 4);
      const images = made(generator, 'gan-noise');
      const seen = naiveLogits(graph, weights, { images, mode: 'evaluation' });
      expect(told!.remarks['generated-confidence']).toBeCloseTo(mean(confidences(seen)), 4);
    });

    it('the network minimises cross-entropy and the divergence of new images of the generator after its step', () => {
      const images = Float32Array.from([...batch.images, ...made(after!.generator, 'generated-noise')]);
      const rows = naiveLogits(graph, weights, { images, mode: 'training' });
      const ofImages = mean(crossEntropies(rows.slice(0, count), (row) => batch.labels[row]!));
      expect(told!.loss).toBeCloseTo(ofImages + weight * mean(fromUniform(rows.slice(count))), 4);
      const hits = rows.filter((row, i) => i < count && row.indexOf(Math.max(...row)) === batch.labels[i]);
      expect(told!.correct).toBe(hits.length);
    });

    it('both go down the slopes of their losses by the first step of Adam, whose beta1 is a half', () => {
      const gradientOf = (half: keyof NaiveGan): ParameterSet =>
        new Map(
          [...slopes![half]].map(([name, { shape: own, values }]) => [
            name,
            { shape: own, values: values.map((value) => value / 0.5) },
          ]),
        );
      const seen = {
        discriminator: (discriminator: ParameterSet) => discriminatorLoss({ ...before!, discriminator }),
        generator: (generator: ParameterSet) =>
          generatorLoss({ discriminator: after!.discriminator, generator }),
      };
      for (const half of ['discriminator', 'generator'] as const) {
        const gradient = gradientOf(half);
        const step = 1e-3 / Math.sqrt(squaredLength(gradient));
        const [up, down] = [step, -step].map((by) => seen[half](moved(before![half], gradient, by)));
        expect((up! - down!) / (2 * step * squaredLength(gradient))).toBeCloseTo(1, 1.7);
        const steep = [...gradient].flatMap(([name, { values }]) =>
          [...values.entries()].flatMap(([at, slope]) =>
            Math.abs(slope) > 1e-4 ? [{ name, at, slope }] : [],
          ),
        );
        expect(steep.length).toBeGreaterThan(50);
        for (const { name, at, slope } of steep) {
          const [from, to] = [before![half], after![half]].map((own) => own.get(name)!.values[at]!);
          expect(to! - from!).toBeCloseTo(-rate * Math.sign(slope), 4);
        }
      }
    });
  });

  const graph = networks['grey images of 8x8']!;
  const start = initializeParameters(graph, createRandom(5));

  it('draws other noise in another epoch, and another GAN from another seed', async () => {
    const batch = examplesFor(graph);
    const [one, same, epoch, other] = [
      await descended(graph, start, batch),
      await descended(graph, start, batch),
      await descended(graph, start, batch, {}, { epoch: 1 }),
      await descended(graph, start, batch, {}, { seed: 8 }),
    ];
    const beginning = async ({ carried }: { readonly carried: Carried }) => {
      const shape = { image: graph.inputShape, latent, channels };
      return readGan(carried, { graph, shape, what: 'parameter' });
    };
    expect(same.remarks).toEqual(one.remarks);
    expect(await beginning(same)).toEqual(await beginning(one));
    expect(epoch.remarks).not.toEqual(one.remarks);
    expect(await beginning(other)).not.toEqual(await beginning(one));
    for (const { carried } of [one, same, epoch, other]) disposeCarried(carried);
  });

  it('sees what plain JavaScript sees over the first steps', async () => {
    await createEngine('reference');
    const expected = await course(graph, start, 4);
    await createEngine(kind);
    const seen = await course(graph, start, 4);
    expect(seen.told).toHaveLength(4);
    for (const [i, { loss, remarks }] of expected.told.entries()) {
      expect(seen.told[i]!.loss).toBeCloseTo(loss, 4);
      for (const [name, value] of Object.entries(remarks))
        expect(seen.told[i]!.remarks[name]).toBeCloseTo(value, 3);
    }
  });

  it('keeps as many tensors after many steps as after few', async () => {
    const held: unknown[] = [];
    await course(graph, start, 12, {
      after: (step) => {
        if (step === 3 || step === 12) held.push(engine().memory());
      },
    });
    expect(held[1]).toEqual(held[0]);
  });
});

describe('what joint training teaches', () => {
  withEngine('onnx');
  const graph = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
  const start = initializeParameters(graph, createRandom(1));
  const shape: GanShape = { image: graph.inputShape, latent, channels };

  it('is to say nothing of generated images, where a network without that term is sure, and to classify as well', async () => {
    const [taught, untaught] = [await taughtBy(1), await taughtBy(0)];
    expect(taught.confidence).toBeLessThan(0.35);
    expect(untaught.confidence).toBeGreaterThan(taught.confidence + 0.2);
    expect(taught.accuracy).toBeGreaterThan(0.9);
    expect(taught.accuracy).toBeGreaterThan(untaught.accuracy - 0.05);
  });

  /** On images that training never saw: examples of the task, and what the generator makes of new noise. */
  async function taughtBy(beta: number) {
    const trained = objectiveSchema.parse({ ...joint, weight: beta, ganLearningRate: 2e-3 });
    const { weights, gan } = await course(graph, start, 150, { trained });
    const test = blobs(200, 'test');
    const rows = naiveLogits(graph, weights, { images: test.images, mode: 'evaluation' });
    const right = rows.filter((row, i) => row.indexOf(Math.max(...row)) === test.labels[i]);
    const noise = noiseFor('unseen', { exampleIds: Uint32Array.from({ length: 100 }, (_, i) => i) });
    const images = Float32Array.from(naiveImages(shape, gan.generator, noise));
    const sure = confidences(naiveLogits(graph, weights, { images, mode: 'evaluation' }));
    return { confidence: mean(sure), accuracy: right.length / rows.length };
  }
});

/** A descent without any before it; the tensors that are left are those carried. */
async function descended(
  graph: NetworkGraph,
  weights: ParameterSet,
  batch: Batch,
  settings: object = {},
  chance: { readonly seed?: number; readonly epoch?: number } = {},
): Promise<BatchMeasures & { readonly carried: Carried }> {
  const parameters = toTensors(graph, weights);
  const context = { graph, parameters, batch, seed, epoch: 0, ...chance };
  const { gradients, statistics, carried, ...told } = await lossAndGradients(
    objectiveSchema.parse({ ...joint, ...settings }),
    context,
  );
  for (const tensors of [parameters, gradients, statistics]) disposeTensors(tensors);
  return { ...told, carried: carried! };
}

/** Steps on batches of blobs, from new weights; leaves no tensor behind. */
async function course(
  graph: NetworkGraph,
  start: ParameterSet,
  steps: number,
  {
    trained = objective,
    after,
  }: { readonly trained?: Objective; readonly after?: (step: number) => void } = {},
) {
  const optimizer = createOptimizer(optimizerSchema.parse('adam'));
  const parameters = toTensors(graph, start);
  let state: TrainingState = { parameters, optimizer: optimizer.init(parameters) };
  const told: BatchMeasures[] = [];
  for (let step = 0; step < steps; step += 1) {
    const batch = blobs(32, `train ${step}`);
    const given = { graph, objective: trained, optimizer, state, batch, learningRate: 5e-3 };
    const { state: next, ...measures } = await trainStep({ ...given, seed, epoch: step });
    state = next;
    told.push(measures);
    after?.(step + 1);
  }
  const weights = await fromTensors(graph, state.parameters);
  const shape = { image: graph.inputShape, latent, channels };
  const gan = await readGan(state.carried!, { graph, shape, what: 'parameter' });
  disposeTrainingState(state);
  return { told, weights, gan };
}

const noiseFor = (purpose: string, { exampleIds }: Pick<Batch, 'exampleIds'>): Float32Array[] =>
  Array.from(exampleIds, (id) =>
    createRandom(seed, purpose, 0, id).fillNormal(new Float32Array(latent), 0, 1),
  );

function examplesFor({ inputShape: [height, width, depth] }: NetworkGraph): Batch {
  const images = createRandom(3).fillUniform(new Float32Array(count * height * width * depth), 0, 1);
  return {
    images,
    labels: Int32Array.of(0, 1, 2, 3, 1),
    exampleIds: Uint32Array.of(40, 41, 42, 43, 44),
  };
}

/** What dropout loses is drawn: a second route would have to draw the same. */
function withoutDropout(graph: NetworkGraph): NetworkGraph {
  const nodes = graph.nodes
    .filter(({ kind }) => kind !== 'dropout')
    .map((node) => ('input' in node && node.input === 'dropout' ? { ...node, input: 'flatten' } : node));
  return { ...graph, nodes };
}
