import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import type { Notice } from '#contract/views.ts';
import { makeFolder, ppm } from '../made-datasets.ts';
import { openAnsweringWorkbench } from './fixture/answering-workbench.ts';
import { recordFinishedStudy, sampleStudy } from './fixture/finished-workspace.ts';

const notices: Notice[] = [];
const { workbench, store, workspace, close } = openAnsweringWorkbench((store) => ({
  slotCount: () => 2,
  cancelStages: (stages) => store.cancelStages(stages),
  retryStages: (stages) => store.requeueStages(stages, 9_000_000),
  publish: (notice) => notices.push(notice),
  presetFolder: join(import.meta.dirname, '../../resources/studies'),
}));
const study = recordFinishedStudy({ store, workspace });
afterAll(close);

const rowsOf = () => workbench.studies.get(study).runRows;
const rowWhere = (settings: Readonly<Record<string, string | number>>) => {
  const row = rowsOf().find((each) =>
    Object.entries(settings).every(([path, value]) => each.settings[path] === value),
  );
  if (row === undefined) throw new Error('There is no such run.');
  return row;
};
const matchedPruned = () =>
  rowWhere({ 'pretrain.objective': 'adversarial', 'finetune.objective': 'adversarial', prune: 'magnitude' });

describe('the presets', () => {
  it('carry the name and the description of their study, the quickstart first', async () => {
    const presets = await workbench.studies.presets();
    const headers = presets.map(({ yaml }) => parse(yaml) as { name: string; description: string });
    expect(presets.map(({ title }) => title)).toEqual(headers.map(({ name }) => name));
    expect(presets.map(({ summary }) => summary)).toEqual(headers.map(({ description }) => description));
    expect(presets[0]!.id).toBe('quickstart');
  });
});

describe('a finished study', () => {
  it('is listed as done, with nothing left', () => {
    const [summary] = workbench.studies.list();
    expect(summary).toMatchObject({ name: 'Objective mismatch', secondsLeft: undefined });
    expect(summary?.stages.done).toBeGreaterThan(0);
    expect(summary?.runs.done).toBe(rowsOf().length);
  });

  it('shows its factors as the plan has them', () => {
    const paths = workbench.studies.get(study).factors.map(({ path }) => path);
    expect(paths).toEqual(['pretrain.objective', 'prune.density', 'finetune.objective']);
  });

  it('costs nothing more when its plan is looked at again', async () => {
    const preview = await workbench.studies.preview(sampleStudy);
    expect(preview).toMatchObject({ kind: 'valid', estimatedSeconds: 0 });
    if (preview.kind === 'valid') expect(preview.doneStageCount).toBe(preview.stageCount);
  });
});

describe('a run', () => {
  it('has a card for every attack with what was counted and its interval', () => {
    const { evaluations } = workbench.runs.get(matchedPruned().key);
    expect(evaluations.map(({ label }) => label)).toEqual(['pgd-50 linf 4/255', 'pgd-50 linf 8/255']);
    for (const { attacked, clean } of evaluations) {
      expect(attacked?.total).toBe(200);
      expect(attacked?.value).toBe((attacked?.successes ?? 0) / 200);
      expect(attacked?.low).toBeLessThan(attacked?.value ?? 0);
      expect(clean?.value).toBeGreaterThan(attacked?.value ?? 1);
    }
  });

  it('is measured against the dense run of the same seed and training', () => {
    const pruned = matchedPruned();
    const dense = rowsOf().find(
      (row) =>
        row.settings['prune'] === 'none' &&
        row.seed === pruned.seed &&
        row.settings['pretrain.objective'] === 'adversarial' &&
        row.settings['finetune.objective'] === 'adversarial',
    );
    const attacked = (key: string) => workbench.runs.get(key).evaluations[1]?.attacked?.value ?? NaN;
    const card = workbench.runs.get(pruned.key).evaluations[1];
    expect(card?.retention).toBeCloseTo(attacked(pruned.key) / attacked(dense?.key ?? ''), 12);
    expect(workbench.runs.get(dense?.key ?? '').evaluations[1]?.retention).toBeUndefined();
  });

  it('says which stages others use too, and which curves it has', () => {
    const { lineage, series } = workbench.runs.get(matchedPruned().key);
    expect(lineage.map(({ kind }) => kind)).toEqual([
      'import',
      'pretrain',
      'prune',
      'finetune',
      'evaluate',
      'evaluate',
    ]);
    expect(lineage[0]?.sharedByRuns).toBe(rowsOf().length - 1);
    expect(series.map(({ metric }) => metric)).toEqual(['train.loss', 'train.loss']);
    const [curve] = workbench.runs.series([{ stage: series[0]?.stage ?? '', metric: 'train.loss' }]);
    expect(curve?.steps).toHaveLength(50);
    expect(curve?.values[0]).toBe(2.3);
  });

  it('is refused under a key that is none', () => {
    expect(() => workbench.runs.get('0'.repeat(64))).toThrow(/no run/);
  });
});

describe('the examples of an evaluation', () => {
  const stageOf = () => workbench.runs.get(matchedPruned().key).evaluations[1]?.stage ?? '';
  const pageOf = (filter: 'all' | 'broken' | 'survived' | 'misclassified', offset = 0, limit = 100) =>
    workbench.runs.examples({ stage: stageOf(), filter, offset, limit });

  it('are parted by what became of them', async () => {
    const all = await pageOf('all');
    const parts = await Promise.all(
      (['broken', 'survived', 'misclassified'] as const).map((filter) => pageOf(filter)),
    );
    expect(all.total).toBe(8);
    expect(parts.map(({ total }) => total).reduce((sum, total) => sum + total)).toBe(8);
    for (const { examples } of parts)
      expect(new Set(examples.map(({ outcome }) => outcome)).size).toBeLessThan(2);
  });

  it('come page by page in the order of the test split', async () => {
    const all = (await pageOf('all')).examples.map(({ example }) => example);
    const pages = [await pageOf('all', 0, 5), await pageOf('all', 5, 5)];
    expect(pages.flatMap(({ examples }) => examples.map(({ example }) => example))).toEqual(all);
    expect(all).toEqual([0, 3, 6, 9, 12, 15, 18, 21]);
  });

  it('show the change magnified around grey, as far as the ball reaches', async () => {
    const [example] = (await pageOf('all')).examples;
    const bytes = (text: string | undefined) => [...Buffer.from(text ?? '', 'base64')];
    expect(example?.magnification).toBe(32);
    expect(bytes(example?.clean)[0]).toBe(51);
    expect(bytes(example?.adversarial)[0]).toBe(59);
    // 127.5 + 32 x 8/255 x 127.5 is 255.5; no change is 127.5.
    expect(bytes(example?.difference).slice(0, 2)).toEqual([255, 128]);
    expect(['disc', 'ring', 'cross', 'star']).toContain(example?.label);
  });
});

describe('the reports', () => {
  it('are written from what is stored, under a name that every file system takes', async () => {
    const { html, fileName } = await workbench.reports.html(study);
    expect(fileName).toBe(`objective-mismatch-${study}.html`);
    expect(html).toContain('adversarial → natural');
    expect(html).toContain('From the same adversarial pre-training');
    expect((await workbench.reports.csv(study)).csv.split('\r\n').length).toBe(2 + 3 * rowsOf().length);
    expect((await workbench.reports.latex(study)).latex).toContain('\\toprule');
  });
});

describe('a study that is under way', () => {
  it('is submitted, cancelled, taken up again and removed', async () => {
    const yaml = sampleStudy.replace('Objective mismatch', 'Another').replace('[0, 1]', '[2]');
    const { id } = await workbench.studies.submit(yaml);
    const states = () => workbench.studies.get(id).stages;
    expect(notices).toContainEqual({ kind: 'studies' });
    const queued = states().queued;
    expect(queued).toBeGreaterThan(0);
    workbench.studies.cancel(id);
    expect(states()).toMatchObject({ queued: 0, cancelled: queued });
    workbench.studies.retry(id);
    expect(states()).toMatchObject({ queued, cancelled: 0 });
    workbench.studies.remove(id);
    expect(() => workbench.studies.get(id)).toThrow(/no study/);
    expect(workbench.studies.get(study).stages.done).toBeGreaterThan(0);
  });

  it('says before it is removed how much leaves and how much other studies keep', async () => {
    const yaml = sampleStudy.replace('Objective mismatch', 'Half shared').replace('[0, 1]', '[1, 2]');
    const { id } = await workbench.studies.submit(yaml);
    const { removal, runRows } = workbench.studies.get(id);
    const kept = workbench.studies.get(study).stages.done;
    expect(removal).toMatchObject({ runs: runRows.length / 2, sharedRuns: runRows.length / 2, results: 0 });
    expect(removal.sharedResults).toBeGreaterThan(0);
    const before = workbench.runs.list().length;
    workbench.studies.remove(id);
    expect(before - workbench.runs.list().length).toBe(removal.runs);
    expect(workbench.studies.get(study).stages.done).toBe(kept);
  });

  it('does not lose what another study waits for when it is cancelled', async () => {
    const first = sampleStudy.replace('Objective mismatch', 'First').replace('[0, 1]', '[3]');
    const second = sampleStudy.replace('Objective mismatch', 'Second').replace('[0, 1]', '[3, 4]');
    const one = await workbench.studies.submit(first);
    const two = await workbench.studies.submit(second);
    const queued = workbench.studies.get(two.id).stages.queued;
    workbench.studies.cancel(one.id);
    expect(workbench.studies.get(two.id).stages.queued).toBe(queued);
  });

  it('is refused with the place of what is wrong', async () => {
    await expect(
      Promise.resolve().then(() => workbench.studies.submit('name: x\nnetwork: cnn-smal\n')),
    ).rejects.toThrow(/2:\d+ .*cnn-small/);
  });
});

describe('the library', () => {
  it('has the embedded dataset, and refuses what is none with one sentence', async () => {
    const [glyphs] = (await workbench.library.list()).datasets;
    expect(glyphs).toMatchObject({ name: 'glyphs', builtIn: true });
    await expect(
      workbench.library.import({ source: 'cifar10', path: join(workspace.folder, 'none') }),
    ).rejects.toThrow(/does not exist/);
  });

  it('counts the images of every class and passes on what the import noted', async () => {
    const red = ppm(
      2,
      2,
      Array.from({ length: 12 }, () => 200),
    );
    const path = makeFolder({
      'train/a/1.ppm': red,
      'train/a/2.ppm': red,
      'train/b/1.ppm': red,
      'test/a/1.ppm': red,
      'test/b/1.ppm': red,
    });
    const before = notices.length;
    const dataset = await workbench.library.import({ source: 'images', path, name: 'made' });
    expect(dataset.classCounts).toEqual({ train: [2, 1], test: [1, 1] });
    expect(dataset.notes).toBeDefined();
    expect(notices.slice(before)).toContainEqual({ kind: 'library' });
    expect((await workbench.library.list()).imports).toEqual([]);
  });

  it('lists a damaged dataset with what to do, and removes it', async () => {
    writeFileSync(join(workspace.libraryFolder, 'made/test-labels.bin'), '');
    const { damaged, datasets } = await workbench.library.list();
    expect(damaged.map(({ name }) => name)).toEqual(['made']);
    expect(damaged[0]?.message).toMatch(/Import .* again/);
    expect(datasets.map(({ name }) => name)).toEqual(['glyphs']);
    await workbench.library.remove('made');
    expect((await workbench.library.list()).damaged).toEqual([]);
  });
});
