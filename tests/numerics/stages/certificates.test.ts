import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { proofStatuses } from '#contract/outcomes.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { outcomesOf, tinyNetwork, type StageResult } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

const examples = 24;
const epsilon = '2/255';
const certificates = {
  interval: { kind: 'interval', epsilon },
  crown: { kind: 'crown', epsilon },
  'full crown': { kind: 'crown', epsilon, intermediate: 'full' },
  'forward-linear': { kind: 'forward-linear', epsilon },
  smoothing: { kind: 'smoothing', epsilon: 0.05, estimationDraws: 200 },
} as const;

describe('certificates of an evaluation', () => {
  const lab = withStageLab('onnx', async ({ run }) => {
    await run('data', {
      kind: 'import',
      dataset: { kind: 'glyphs', train: 400, validation: 20, test: 40, seed: 0 },
    });
    await run('model', {
      kind: 'pretrain',
      network: tinyNetwork,
      training: { objective: 'natural', epochs: 6, optimizer: 'adam' },
      from: { data: 'data' },
      seed: 0,
    });
  });

  const certify = (name: string, certificate: object, options = {}): Promise<StageResult> =>
    lab.run(
      name,
      {
        kind: 'evaluate',
        examples,
        evaluation: { kind: 'certificate', certificate } as never,
        from: { data: 'data', model: 'model' },
        seed: 3,
      },
      options,
    );

  it.each(Object.entries(certificates))(
    'by %s say for each example what is known',
    async (name, certificate) => {
      const result = await certify(name, certificate);
      const { proofs, labels, cleanPredictions, survived } = outcomesOf(result);
      const statuses = Array.from(proofs!.statuses, (code) => proofStatuses[code]!);
      expect(statuses).toHaveLength(examples);
      const verified = statuses.filter((status) => status === 'verified').length;
      expect(valueOf(result, 'certified.')).toBeCloseTo(verified / examples);
      expect(Number.isFinite(valueOf(result, 'margin.'))).toBe(true);
      for (const [row, status] of statuses.entries()) {
        if (status === 'verified') expect(cleanPredictions[row]).toBe(labels[row]);
        if (name !== 'smoothing' && cleanPredictions[row] !== labels[row]) expect(status).toBe('falsified');
        expect(survived[row] === 0).toBe(status === 'falsified');
        if (status === 'verified') expect(proofs!.margins[row]).toBeGreaterThan(0);
      }
    },
  );

  it('verify something and leave something open on this network', async () => {
    const { proofs } = outcomesOf(await certify('mixed', certificates.crown));
    expect(new Set(proofs!.statuses).size).toBeGreaterThan(1);
  });

  it('verify nothing that an attack in the same ball breaks', async () => {
    const attack = { kind: 'pgd', epsilon, steps: 30, restarts: 2, loss: 'margin' };
    const attacked = await lab.run('attacked', {
      kind: 'evaluate',
      examples,
      evaluation: { kind: 'attack', attack } as never,
      from: { data: 'data', model: 'model' },
      seed: 3,
    });
    const { survived } = outcomesOf(attacked);
    for (const name of ['interval', 'crown', 'full crown', 'forward-linear'] as const) {
      const { statuses } = outcomesOf(await certify(`again ${name}`, certificates[name])).proofs!;
      expect([...statuses.keys()].filter((row) => statuses[row] === 1 && survived[row] !== 1)).toEqual([]);
    }
  });

  it('keep witnesses inside the ball, evaluated again', async () => {
    const result = await certify('witnesses', { kind: 'interval', epsilon: '8/255' });
    const { arrays } = parseSafetensors(readFileSync(lab.file('witnesses', 'examples.safetensors')));
    const { proofs, distances, attackedPredictions, labels } = outcomesOf(result);
    const falsified = [...labels.keys()].filter((row) => proofs!.statuses[row] === 2);
    expect(falsified.length).toBeGreaterThan(0);
    for (const row of falsified) {
      expect(distances[row]).toBeLessThanOrEqual(8 / 255 + 1e-6);
      expect(attackedPredictions[row]).not.toBe(labels[row]);
    }
    const adversarial = arrays.get('adversarial')!.values as Float32Array;
    const clean = arrays.get('clean')!.values as Uint8Array;
    for (const [i, value] of adversarial.entries())
      expect(Math.abs(value - clean[i]! / 255)).toBeLessThanOrEqual(8 / 255 + 1e-6);
  });

  it.each(['crown', 'smoothing'] as const)(
    'by %s end with the same bits after an interruption',
    async (name) => {
      const whole = await certify(`whole ${name}`, certificates[name]);
      const resumed = await certify(`resumed ${name}`, certificates[name], {
        interruptions: [{ kind: 'stop', after: 3 }],
      });
      expect(resumed.attemptCount).toBe(2);
      expect(outcomesOf(resumed)).toEqual(outcomesOf(whole));
    },
  );
});

function valueOf({ series }: StageResult, prefix: string): number {
  const [, points] = [...series].find(([name]) => name.startsWith(prefix)) ?? [];
  return points?.at(-1)?.[1] ?? NaN;
}
