import { afterAll, describe, expect, it } from 'vitest';
import { openAnsweringWorkbench } from './fixture/answering-workbench.ts';
import { recordFinishedStudy, sampleStudy } from './fixture/finished-workspace.ts';

const yaml = sampleStudy.replace(
  '- { kind: pgd, steps: 50, epsilon: [4/255, 8/255] }',
  '- { kind: pgd, epsilon: 8/255, loss: [cross-entropy, margin] }',
);
const { workbench, store, workspace, close } = openAnsweringWorkbench();
const scope = { study: recordFinishedStudy({ store, workspace, yaml }) };
afterAll(close);

describe('a comparison', () => {
  it('tells what can be asked, the worst case over both attacks first of all', () => {
    const overview = workbench.compare.overview(scope);
    expect(overview.measures.map(({ kind }) => kind)).toEqual(['clean', 'attacked', 'attacked', 'worst']);
    expect(overview.headline).toBe('worst linf 8/255');
    expect(overview.matrix).toEqual({ rows: 'pretrain.objective', columns: 'finetune.objective' });
    expect(overview.groups.flatMap(({ runs }) => runs)).toHaveLength(overview.runCount);
  });

  it('is the same for a study and for its runs', () => {
    const { groups } = workbench.compare.overview(scope);
    const runs = groups.flatMap((group) => group.runs.map(({ key }) => key));
    const asked = {
      measure: 'clean',
      rows: 'pretrain.objective',
      columns: 'prune.density',
      test: 'paired t',
    } as const;
    expect(workbench.compare.matrix({ ...asked, scope: { runs } })).toEqual(
      workbench.compare.matrix({ ...asked, scope }),
    );
  });

  it('has the numbers of the runs table', () => {
    const rows = new Map(workbench.runs.list().map((row) => [row.key, row.metrics]));
    const { lines } = workbench.compare.tradeOff({ scope, x: 'compression', y: 'worst linf 8/255' });
    const seeds = lines.flatMap(({ points }) => points.flatMap((point) => point.seeds));
    expect(new Set(seeds.map(({ run }) => run)).size).toBe(rows.size);
    for (const { run, y } of seeds) expect(rows.get(run)?.['attacked.worst linf 8/255']).toBe(y);
  });

  it('says what to do about a measure, a baseline or a run that is not there', () => {
    const { compare } = workbench;
    expect(() => compare.tradeOff({ scope, x: 'density', y: 'pgd-7' })).toThrow(/There are: clean, pgd-50/);
    expect(() => compare.difference({ scope, baseline: 'x', measure: 'clean', test: 'Wilcoxon' })).toThrow(
      /Choose one of them/,
    );
    expect(() => compare.overview({ runs: ['f'.repeat(64)] })).toThrow(/no run ffffffffff/);
  });
});

describe('the layers of a run', () => {
  it('are read from its stored models', async () => {
    const pruned = workbench.runs.list().find(({ settings }) => settings['prune'] === 'magnitude');
    const { before, pruned: by, after, layers } = await workbench.runs.layers(pruned?.key ?? '');
    expect([before, by, after].every((label) => label !== undefined)).toBe(true);
    expect(layers.map(({ name }) => name)).toEqual(['fc1']);
    expect(layers[0]).toMatchObject({ shape: [4, 5], weights: 20, kept: 2, density: 0.1 });
    expect(layers[0]?.before?.prunedCount).toBe(0);
    expect(layers[0]?.after?.prunedCount).toBe(18);
  });
});
