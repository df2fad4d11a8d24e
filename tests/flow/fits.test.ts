import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStoreForReading } from '#host/store/open-store.ts';
import { openWorkspace } from '#host/workspace.ts';
import { redoubt } from './fixture/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'redoubt-fits-'));
const workspace = join(folder, 'workspace');
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const measured = '{ source: [uniform-noise, constant], epsilon: 8/255, steps: 2, examples: 20';
function studyFile(name: string, openWorld: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `name: ${name}
dataset: { name: glyphs, train: 200, validation: 40, test: 40 }
network: { kind: mlp, widths: [8] }
pretrain: { objective: natural, epochs: 1 }
evaluate: { openWorld: [${openWorld}] }
`,
  );
  return file;
}
/** Stages of the study of that name. */
function stagesOf(name: string) {
  const store = openStoreForReading(openWorkspace(workspace).database);
  try {
    const { id } = store.studies().find((study) => study.name === name)!;
    return store.stagesOfStudy(id).map(({ key, kind, label, state, attemptCount, artifact, failure }) => {
      return {
        key,
        kind,
        label,
        state,
        attemptCount,
        artifact,
        failure,
        scored: store.outcomes(key)?.openWorld,
      };
    });
  } finally {
    store.close();
  }
}

describe('redoubt run', () => {
  it('fits a detector once for all measurements, and not again for another study', async () => {
    const detectors = 'detectors: [msp, { kind: knn, neighbours: 5 }]';
    const first = await redoubt(
      workspace,
      'run',
      studyFile(
        'First',
        `${measured}, ${detectors} }, ${measured.replace('constant', 'gaussian-noise')}, ${detectors} }`,
      ),
      '--slots',
      '1',
    );
    expect(first.err).toBe('');
    expect(first.code).toBe(0);
    expect(first.out.match(/^done {6}fit knn neighbours 5/gm)).toHaveLength(1);
    const [fit, ...others] = stagesOf('First').filter(({ kind }) => kind === 'fit');
    expect(others).toEqual([]);
    expect(existsSync(openWorkspace(workspace).resolve(fit!.artifact!.file!))).toBe(true);
    const measurements = stagesOf('First').filter(({ kind }) => kind === 'evaluate');
    expect(measurements).toHaveLength(8);
    for (const { scored } of measurements)
      expect(Object.keys(scored!.scores).sort()).toEqual(['knn neighbours 5', 'msp']);

    const again = studyFile('Again', `${measured}, ${detectors}, acceptance: 0.9 }`);
    const second = await redoubt(workspace, 'run', again, '--slots', '1');
    expect(second.code).toBe(0);
    expect(second.out).not.toContain('fit knn');
    expect(stagesOf('Again').find(({ kind }) => kind === 'fit')).toMatchObject({
      key: fit!.key,
      attemptCount: 1,
    });
  });

  it('measures what a failed fit leaves, and says what it was', async () => {
    const file = studyFile(
      'Failed',
      `${measured}, detectors: [{ kind: knn, neighbours: 500 }] }, ${measured} }`,
    );
    const { code, out } = await redoubt(workspace, 'run', file, '--slots', '1');
    expect(code).toBe(1);
    expect(out).toContain('The 500-th nearest of 200 training images');
    const stages = stagesOf('Failed');
    expect(stages.find(({ kind }) => kind === 'fit')).toMatchObject({
      state: 'failed',
      failure: { kind: 'bad-input' },
    });
    const states = Map.groupBy(
      stages.filter(({ kind }) => kind === 'evaluate'),
      ({ state }) => state,
    );
    expect([states.get('done')?.length, states.get('queued')?.length]).toEqual([6, 6]);
  });
});
