import { dispose } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attackSchema, type Attack } from '#contract/attack.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { objectiveSchema } from '#contract/objective.ts';
import {
  attackBatch,
  attackInSteps,
  type AttackOutcome,
  type AttackRequest,
} from '#workers/attacks/attack-batch.ts';
import type { Effort } from '#workers/attacks/search.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import type { SearchUntil } from '#workers/attacks/witnesses.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine, EngineKind } from '#workers/engine/engine.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import {
  disposeTensors,
  toTensors,
  type ParameterSet,
  type ParameterTensors,
} from '#workers/networks/parameters.ts';
import { imageTensor, predict } from '#workers/networks/predict.ts';
import { blobs, trainedOn } from './blobs.ts';

const graph = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
const test = blobs(40, 'test');
const size = 64;

/** Every attack joins here, in each of its meanings, and inherits all the laws. */
const attacks: Readonly<Record<string, object>> = {
  'fgsm linf': { kind: 'fgsm', epsilon: 0.1 },
  'fgsm l2': { kind: 'fgsm', norm: 'l2', epsilon: 0.8 },
  'pgd linf': { kind: 'pgd', epsilon: 0.1, steps: 10 },
  'pgd l2': { kind: 'pgd', norm: 'l2', epsilon: 0.8, steps: 10 },
  'pgd margin': { kind: 'pgd', epsilon: 0.1, steps: 10, loss: 'margin' },
  'pgd with restarts': { kind: 'pgd', epsilon: 0.1, steps: 5, restarts: 3 },
  'pgd from the image': { kind: 'pgd', epsilon: 0.1, steps: 10, randomStart: false },
  'pgd to random targets': { kind: 'pgd', epsilon: 0.15, steps: 10, target: 'random' },
  'pgd to class 2 by margin': { kind: 'pgd', epsilon: 0.15, steps: 10, target: 2, loss: 'margin' },
  'noise linf': { kind: 'noise', epsilon: 0.1, draws: 5 },
  'noise l2': { kind: 'noise', norm: 'l2', epsilon: 0.8, draws: 5 },
};

const broken = ({ verdicts }: AttackOutcome): number =>
  verdicts.filter((verdict) => verdict === 'broken').length;

const engines: readonly EngineKind[] = ['onnx', 'wasm'];

describe.each(engines)('attacks on %s', (kind) => {
  let engine: Engine;
  let weights: ParameterSet;
  let parameters: ParameterTensors;
  beforeAll(async () => {
    engine = await createEngine(kind);
    weights = await trainedOn(graph, objectiveSchema.parse('natural'), 60);
    parameters = toTensors(graph, weights);
  });
  afterAll(() => {
    disposeTensors(parameters);
    expect(engine.memory().tensors).toBe(0);
    engine.dispose();
  });

  type Options = {
    rows?: readonly number[];
    seed?: number;
    incumbents?: Float32Array;
    until?: SearchUntil;
  };
  const requestOf = (attack: object, options: Options = {}): AttackRequest => {
    const rows = options.rows ?? [...test.labels.keys()];
    return {
      attack: attackSchema.parse(attack),
      graph,
      parameters,
      images: Float32Array.from(
        rows.flatMap((row) => [...test.images.subarray(row * size, (row + 1) * size)]),
      ),
      labels: Int32Array.from(rows, (row) => test.labels[row]!),
      exampleIds: Uint32Array.from(rows, (row) => test.exampleIds[row]!),
      seed: options.seed ?? 5,
      until: options.until ?? 'broken',
      ...(options.incumbents && { incumbents: options.incumbents }),
    };
  };
  const run = (attack: object, options: Options = {}) => attackBatch(requestOf(attack, options));
  const effortsOf = async (attack: object, options: Options = {}): Promise<Effort[]> => {
    const efforts: Effort[] = [];
    for await (const effort of attackInSteps(requestOf(attack, options))) efforts.push(effort);
    return efforts;
  };

  describe.each(Object.entries(attacks))('%s', (_name, settings) => {
    const attack: Attack = attackSchema.parse(settings);
    const isTargeted = attack.kind === 'pgd' && attack.target !== 'none';

    it('repeats every bit with the same seed', async () => {
      expect(await run(settings)).toEqual(await run(settings));
    });

    it('breaks the same examples whether it stops where they break or goes to the end', async () => {
      const [first, whole] = [await run(settings), await run(settings, { until: 'end' })];
      expect(first.verdicts).toEqual(whole.verdicts);
      expect(first.targets).toEqual(whole.targets);
      for (const row of test.labels.keys()) {
        const own = first.adversarial.subarray(row * size, (row + 1) * size);
        if (first.verdicts[row] === 'broken') continue;
        for (let i = 0; i < size; i += 1)
          expect(Math.abs(own[i]! - whole.adversarial[row * size + i]!)).toBeLessThan(1e-5);
      }
    });

    it('leaves no tensor behind, not even when it is given up', async () => {
      const before = engine.memory();
      await run(settings);
      expect(engine.memory()).toEqual(before);
      const steps = attackInSteps(requestOf(settings));
      await steps.next();
      await steps.return(undefined as never);
      expect(engine.memory()).toEqual(before);
    });

    it('says truly how much work is left', async () => {
      const efforts = await effortsOf(settings);
      const shares = efforts.map(({ spent, left }) => spent / (spent + left));
      expect(shares.at(-1)).toBe(1);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(Math.min(...shares)).toBeGreaterThan(0);
    });

    it('finds for a batch of one what it finds in a batch, whatever the order', async () => {
      const whole = await run(settings);
      const reversed = await run(settings, { rows: [...test.labels.keys()].reverse() });
      expect([...reversed.verdicts].reverse()).toEqual(whole.verdicts);
      for (const row of [0, 7, 23]) {
        const alone = await run(settings, { rows: [row] });
        expect(alone.verdicts[0]).toBe(whole.verdicts[row]);
        expect(alone.targets[0]).toBe(whole.targets[row]);
        for (let i = 0; i < size; i += 1)
          expect(Math.abs(alone.adversarial[i]! - whole.adversarial[row * size + i]!)).toBeLessThan(1e-5);
      }
    });

    it('stays in its ball and in [0, 1]', async () => {
      const { adversarial, distances } = await run(settings);
      const offsets = adversarial.map((value, i) => value - test.images[i]!);
      for (let row = 0; row < test.labels.length; row += 1) {
        const own = offsets.subarray(row * size, (row + 1) * size);
        const length = attack.norm === 'l2' ? Math.hypot(...own) : Math.max(...own.map(Math.abs));
        expect(length).toBeLessThanOrEqual(attack.epsilon + 1e-6);
        expect(distances[row]).toBeCloseTo(length, 5);
      }
      expect(Math.min(...adversarial)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...adversarial)).toBeLessThanOrEqual(1);
    });

    it('says broken exactly where its aim is met', async () => {
      const { verdicts, predictions, targets } = await run(settings);
      const aims = predictions.map((predicted, row) =>
        Number(isTargeted ? predicted === targets[row] : predicted !== test.labels[row]),
      );
      expect(verdicts.map((verdict) => Number(verdict === 'broken'))).toEqual([...aims]);
      expect(targets.every((target, row) => (isTargeted ? target !== test.labels[row] : target === -1))).toBe(
        true,
      );
    });

    it('never breaks less in a larger ball when the best witness is kept', async () => {
      let before: AttackOutcome | undefined;
      for (const factor of [0.25, 0.5, 1, 2]) {
        const larger = { ...settings, epsilon: attack.epsilon * factor };
        const now = await run(larger, before && { incumbents: before.adversarial });
        const lost = before?.verdicts.filter(
          (verdict, row) => verdict === 'broken' && now.verdicts[row] !== 'broken',
        );
        expect(lost ?? []).toEqual([]);
        before = now;
      }
    });

    it('changes nothing at epsilon 0', async () => {
      const { adversarial, predictions, cleanPredictions } = await run({ ...settings, epsilon: 0 });
      expect(adversarial).toEqual(test.images);
      expect(predictions).toEqual(cleanPredictions);
    });

    it('leaves parameters as they were', async () => {
      const held = await Promise.all(Object.values(parameters).map((tensor) => tensor.data()));
      await run(settings);
      expect(await Promise.all(Object.values(parameters).map((tensor) => tensor.data()))).toEqual(held);
    });
  });

  it('of gradients break a share of this network that noise does not reach', async () => {
    for (const norm of ['linf', 'l2']) {
      const epsilon = norm === 'linf' ? 0.1 : 0.8;
      const noise = await run({ kind: 'noise', norm, epsilon, draws: 20 });
      const pgd = await run({ kind: 'pgd', norm, epsilon, steps: 20 });
      expect(
        pgd.verdicts.filter((verdict, row) => verdict === 'survived' && noise.verdicts[row] === 'broken'),
      ).toEqual([]);
      expect(broken(pgd)).toBeGreaterThan(broken(noise) + 8);
    }
  });

  it('by steps break at least what one step breaks', async () => {
    const [single, many] = [
      await run(attacks['fgsm linf']!),
      await run({ kind: 'pgd', epsilon: 0.1, steps: 20 }),
    ];
    expect(broken(many)).toBeGreaterThanOrEqual(broken(single));
  });

  it.each([1, 4])('count the last of %d steps too: whom it breaks, the attack breaks', async (steps) => {
    const settings = { kind: 'pgd', epsilon: 0.1, stepSize: 0.1, steps, randomStart: false };
    const ended = await lastIterate(parameters, settings);
    const found = await run(settings);
    const brokenAtLast = [...test.labels.keys()].filter(
      (row) => found.cleanPredictions[row] === test.labels[row] && ended[row] !== test.labels[row],
    );
    expect(brokenAtLast.length).toBeGreaterThan(8);
    for (const row of brokenAtLast) expect(found.verdicts[row]).toBe('broken');
    if (steps > 1) return;
    const single = await run({ kind: 'fgsm', epsilon: 0.1 });
    expect(single.verdicts).toEqual(found.verdicts);
    for (const row of brokenAtLast) expect(single.distances[row]).toBeCloseTo(0.1, 5);
  });

  it('with more restarts keep every success of fewer', async () => {
    const one = await run({ kind: 'pgd', epsilon: 0.07, steps: 3, restarts: 1 });
    const five = await run({ kind: 'pgd', epsilon: 0.07, steps: 3, restarts: 5 });
    const lost = one.verdicts.filter(
      (verdict, row) => verdict === 'broken' && five.verdicts[row] === 'survived',
    );
    expect(lost).toEqual([]);
  });

  it('attack nobody again who is broken already', async () => {
    const once = { kind: 'pgd', epsilon: 0.1, steps: 10 };
    const first = await run(once);
    const rows = [...test.labels.keys()].filter((row) => first.cleanPredictions[row] === test.labels[row]);
    const survivors = rows.filter((row) => first.verdicts[row] === 'survived');
    expect(survivors.length).toBeLessThan(rows.length);
    const spentOn = async (settings: object): Promise<number> =>
      (await effortsOf(settings, { rows })).at(-1)!.spent;
    const spent = await spentOn({ ...once, restarts: 2 });
    expect(spent - (await spentOn(once))).toBeLessThanOrEqual(survivors.length * 10);
    const whole = await effortsOf({ ...once, restarts: 2 }, { rows, until: 'end' });
    expect(whole.at(-1)!.spent).toBe(rows.length * 20);
  });

  it('keep as witness of a broken example the first point that breaks it, or the one with the greatest lead', async () => {
    const settings = { kind: 'pgd', epsilon: 0.1, steps: 10 };
    const [first, whole] = [await run(settings), await run(settings, { until: 'end' })];
    const rows = [...test.labels.keys()].filter(
      (row) => first.verdicts[row] === 'broken' && first.cleanPredictions[row] === test.labels[row],
    );
    const meanLoss = ({ losses }: AttackOutcome) => rows.reduce((sum, row) => sum + losses[row]!, 0);
    expect(meanLoss(whole)).toBeGreaterThan(meanLoss(first));
    const shorter = await run({ ...settings, steps: 9, stepSize: 0.025 });
    for (const row of rows)
      if (shorter.verdicts[row] === 'broken') expect(first.losses[row]).toBeCloseTo(shorter.losses[row]!, 4);
  });

  it('begin elsewhere with another seed', async () => {
    const settings = { kind: 'pgd', epsilon: 0.1, steps: 1 };
    expect((await run(settings, { seed: 6 })).adversarial).not.toEqual((await run(settings)).adversarial);
  });

  it('call a clean error broken with the image itself as witness', async () => {
    const mislabelled = { ...test, labels: test.labels.map((label) => (label + 1) % 4) };
    const attack = attackSchema.parse({ kind: 'pgd', epsilon: 0.1, steps: 3 });
    const seen = await attackBatch({ ...mislabelled, attack, graph, parameters, seed: 1, until: 'broken' });
    const clean = [...seen.cleanPredictions.keys()].filter(
      (row) => seen.cleanPredictions[row] !== mislabelled.labels[row],
    );
    expect(clean.length).toBeGreaterThan(30);
    for (const row of clean) expect([seen.verdicts[row], seen.distances[row]]).toEqual(['broken', 0]);
  });

  it('aim at every other class about equally often when targets are random', async () => {
    const { targets } = await run(attacks['pgd to random targets']!);
    const shifts = [1, 2, 3].map((shift) =>
      targets.filter((target, row) => (test.labels[row]! + shift) % 4 === target),
    );
    for (const ofShift of shifts) expect(ofShift.length).toBeGreaterThan(4);
  });

  it('refuse a target that is no class', async () => {
    await expect(run({ kind: 'pgd', epsilon: 0.1, target: 4 })).rejects.toThrow('classes 0 to 3');
  });

  it('take a batch of none', async () => {
    expect((await run(attacks['pgd linf']!, { rows: [] })).verdicts).toEqual([]);
  });
});

/** Classes where a climb ends that shows nobody its way. */
async function lastIterate(parameters: ParameterTensors, settings: object): Promise<Int32Array> {
  const attack = attackSchema.parse(settings) as Extract<Attack, { kind: 'pgd' }>;
  const center = imageTensor(graph, test.images);
  const watched = oneHotTensor(test.labels, graph.classCount);
  const { loss, steps, stepSize } = attack;
  const climbed = { graph, parameters, center, watched, ball: attack, loss, steps, stepSize };
  const last = await climb({ ...climbed, start: center, goal: 'leave' });
  const images = (await last.data()) as Float32Array;
  const { classes } = await predict({ graph, parameters, images });
  dispose([center, watched, last]);
  return classes;
}
