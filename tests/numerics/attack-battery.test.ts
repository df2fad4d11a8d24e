import { describe, expect, it } from 'vitest';
import { attackSchema, type Attack } from '#contract/attack.ts';
import { attackInSteps, type AttackOutcome } from '#workers/attacks/attack-batch.ts';
import { size, test, withAttackLab } from './with-attack-lab.ts';
import { mainEngines } from './with-engine.ts';

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

describe.each(mainEngines)('every attack on %s', (kind) => {
  const { engine, parameters, requestOf, run, effortsOf } = withAttackLab(kind);

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
      const before = engine().memory();
      await run(settings);
      expect(engine().memory()).toEqual(before);
      const steps = attackInSteps(requestOf(settings));
      await steps.next();
      await steps.return(undefined as never);
      expect(engine().memory()).toEqual(before);
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
      const held = await Promise.all(Object.values(parameters()).map((tensor) => tensor.data()));
      await run(settings);
      expect(await Promise.all(Object.values(parameters()).map((tensor) => tensor.data()))).toEqual(held);
    });
  });
});
