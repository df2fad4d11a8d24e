import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTiming } from '#contract/metric.ts';
import type { RunRow } from '#contract/views.ts';
import { redoubt, startCommand, untilEnd } from './fixture/command-line.ts';

const study = `name: Small
seeds: [0]
dataset: { name: glyphs, train: 600, validation: 60, test: 100 }
network: cnn-small
pretrain:
  objective: { kind: adversarial, epsilon: 4/255, stepSize: 2/255, steps: 2 }
  epochs: 4
  batch: 32
  optimizer: { kind: adam, learningRate: 0.002 }
prune: { kind: magnitude, density: [1, 0.2] }
finetune: { epochs: 1, batch: 32, optimizer: { kind: adam, learningRate: 0.001 } }
evaluate:
  examples: 100
  attacks:
    - { kind: pgd, steps: 5, epsilon: 4/255 }
`;
const folder = mkdtempSync(join(tmpdir(), 'redoubt-run-'));
const file = join(folder, 'small.yaml');
/** Shares nothing with the other but its images. */
const other = `name: Other
dataset: { name: glyphs, train: 600, validation: 60, test: 100 }
network: { kind: mlp, widths: [8] }
pretrain: { objective: natural, epochs: 1 }
evaluate: { examples: 100 }
`;
const otherFile = join(folder, 'other.yaml');
const [plain, broken] = [join(folder, 'plain'), join(folder, 'broken')];

beforeAll(() => {
  writeFileSync(file, study);
  writeFileSync(otherFile, other);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const resultsIn = async (workspace: string) => {
  const rows = JSON.parse((await redoubt(workspace, 'runs', '--json')).out) as RunRow[];
  return rows
    .filter(({ studies }) => studies.some(({ name }) => name === 'Small'))
    .map(({ key, state, metrics }) => ({ key, state, metrics: withoutTimings(metrics) }));
};
const withoutTimings = (metrics: RunRow['metrics']) =>
  Object.fromEntries(Object.entries(metrics).filter(([name]) => !isTiming(name)));

describe('redoubt run', () => {
  it('runs a study to its end and says what it found', async () => {
    const { code, out, err } = await redoubt(plain, 'run', file, '--slots', '1');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^Small: 2 runs, 7 stages, 2 shared/);
    expect(out.match(/^done {6}/gm)).toHaveLength(7);
    expect(out).toMatch(/dense +[\d.]+ \[/);
    for (const { state, metrics } of await resultsIn(plain)) {
      expect(state).toBe('done');
      expect(metrics['attacked.pgd-5 linf 4/255']).toBeLessThanOrEqual(metrics['clean'] ?? 0);
    }
  });

  it('stops softly when told to, lets another study go first, and ends with the numbers of an undisturbed one', async () => {
    const child = startCommand(broken, ['run', file, '--slots', '1']);
    const end = untilEnd(child);
    await untilPretraining(broken);
    child.kill('SIGINT');
    const first = await end;
    expect(first.code).toBe(130);
    expect(first.err).toContain('the same command goes on from there');
    expect((await resultsIn(broken)).some(({ state }) => state === 'done')).toBe(false);

    const between = await redoubt(broken, 'run', otherFile, '--slots', '1');
    expect(between.code).toBe(0);
    expect((await resultsIn(broken)).some(({ state }) => state === 'done')).toBe(false);

    const second = await redoubt(broken, 'run', file, '--slots', '1');
    expect(second.code).toBe(0);
    expect(await resultsIn(broken)).toEqual(await resultsIn(plain));
  });
});

/** Until some of the pre-training is done: then there is something to stop. */
async function untilPretraining(workspace: string): Promise<void> {
  for (;;) {
    const { code, out } = await redoubt(workspace, 'runs', '--json');
    const [row] = code === 0 ? (JSON.parse(out) as RunRow[]) : [];
    if (row?.metrics['train.loss'] !== undefined) return;
  }
}
