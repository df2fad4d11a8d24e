import { dispose } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { attackSchema, type Attack } from '#contract/attack.ts';
import { attackBatch, type AttackOutcome } from '#workers/attacks/attack-batch.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { imageTensor, predict } from '#workers/networks/predict.ts';
import { graph, test, withAttackLab } from './with-attack-lab.ts';
import { mainEngines } from './with-engine.ts';

const broken = ({ verdicts }: AttackOutcome): number =>
  verdicts.filter((verdict) => verdict === 'broken').length;

describe.each(mainEngines)('attacks on %s', (kind) => {
  const { parameters, run, effortsOf } = withAttackLab(kind);

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
      await run({ kind: 'fgsm', epsilon: 0.1 }),
      await run({ kind: 'pgd', epsilon: 0.1, steps: 20 }),
    ];
    expect(broken(many)).toBeGreaterThanOrEqual(broken(single));
  });

  it.each([1, 4])('count the last of %d steps too: whom it breaks, the attack breaks', async (steps) => {
    const settings = { kind: 'pgd', epsilon: 0.1, stepSize: 0.1, steps, randomStart: false };
    const ended = await lastIterate(parameters(), settings);
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
    const seen = await attackBatch({
      ...mislabelled,
      attack,
      graph,
      parameters: parameters(),
      seed: 1,
      until: 'broken',
    });
    const clean = [...seen.cleanPredictions.keys()].filter(
      (row) => seen.cleanPredictions[row] !== mislabelled.labels[row],
    );
    expect(clean.length).toBeGreaterThan(30);
    for (const row of clean) expect([seen.verdicts[row], seen.distances[row]]).toEqual(['broken', 0]);
  });

  it('aim at every other class about equally often when targets are random', async () => {
    const { targets } = await run({ kind: 'pgd', epsilon: 0.15, steps: 10, target: 'random' });
    const shifts = [1, 2, 3].map((shift) =>
      targets.filter((target, row) => (test.labels[row]! + shift) % 4 === target),
    );
    for (const ofShift of shifts) expect(ofShift.length).toBeGreaterThan(4);
  });

  it('refuse a target that is no class', async () => {
    await expect(run({ kind: 'pgd', epsilon: 0.1, target: 4 })).rejects.toThrow('classes 0 to 3');
  });

  it('take a batch of none', async () => {
    expect((await run({ kind: 'pgd', epsilon: 0.1, steps: 10 }, { rows: [] })).verdicts).toEqual([]);
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
