import { describe, expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import { certificateSchema } from '#contract/certificate.ts';
import type { ExampleOutcomes } from '#contract/outcomes.ts';
import type { RecipeOf } from '#contract/stage.ts';
import type { ReadableStore, StoredRun, StoredStage, StoredStudy } from '#host/store/store.ts';
import type { Workspace } from '#host/workspace.ts';
import { reportCsv } from '../csv/report-csv.ts';
import { readStudyReport } from './read-study-report.ts';
import type { StudyReport } from './study-report.ts';

const verified = 1;
const evaluations = {
  pgd: { kind: 'attack', attack: attackSchema.parse({ kind: 'pgd', epsilon: '2/255' }) },
  crown: { kind: 'certificate', certificate: certificateSchema.parse({ kind: 'crown', epsilon: '2/255' }) },
} as const satisfies Record<string, RecipeOf<'evaluate'>['evaluation']>;

const outcomes = (survived: readonly number[], statuses?: readonly number[]): ExampleOutcomes => ({
  examples: Uint32Array.from(survived.keys()),
  labels: new Uint16Array(survived.length),
  cleanPredictions: new Uint16Array(survived.length),
  attackedPredictions: new Uint16Array(survived.length),
  survived: Uint8Array.from(survived),
  distances: new Float32Array(survived.length),
  ...(statuses && {
    proofs: { statuses: Uint8Array.from(statuses), margins: new Float32Array(statuses.length) },
  }),
});

/** A study of one run that was attacked and certified. */
function reportOf(
  found: Readonly<Record<keyof typeof evaluations, ExampleOutcomes>>,
  pruned: Partial<StoredRun> = {},
): StudyReport {
  const stages = Object.entries(evaluations).map(([key, evaluation]) => ({
    key,
    kind: 'evaluate',
    label: key,
    engines: [],
    state: 'done',
    recipe: { kind: 'evaluate', version: 1, examples: 4, evaluation, inputs: {}, seed: 0 },
  })) as unknown as StoredStage[];
  const run = {
    key: 'run',
    seed: 0,
    state: 'done',
    settings: { prune: 'none' },
    stages: Object.keys(evaluations),
    metrics: {},
    ...pruned,
  };
  const store = {
    stagesOfStudy: () => stages,
    runsOf: () => [run as unknown as StoredRun],
    outcomes: (key: keyof typeof evaluations) => found[key],
  } as unknown as ReadableStore;
  const study = { id: 1, name: 'a study', description: '', yaml: '', submittedAt: 0 } as StoredStudy;
  return readStudyReport({ store, workspace: {} as Workspace, at: 0 }, study);
}

describe('readStudyReport', () => {
  it('asks for clean accuracy, then attacks, then certificates, each with its own fraction', () => {
    const report = reportOf({
      pgd: outcomes([1, 1, 1, 0]),
      crown: outcomes([1, 1, 1, 0], [verified, verified, 0, 0]),
    });
    expect(report.questions.map(({ id }) => id)).toEqual(['clean', 'pgd-50 linf 2/255', 'crown linf 2/255']);
    const values = [...report.groups[0]!.answers.values()].map(({ proportion }) => proportion.value);
    expect(values).toEqual([1, 0.75, 0.5]);
    expect(report.contradictions).toEqual([]);
    expect(reportCsv(report)).toContain('crown linf 2/255,linf,0.00784313725490196,2,4,0.5');
  });

  it('says which part of the weights is left where a share of the channels was asked for', () => {
    const { groups, findings } = reportOf(
      { pgd: outcomes([1, 1, 1, 0]), crown: outcomes([1, 1, 1, 0]) },
      { settings: { prune: 'filter-l1', 'prune.density': 0.3 }, metrics: { density: 0.095_66 } },
    );
    expect(groups[0]).toMatchObject({ density: 0.0957, isDense: false });
    expect(findings[0]).toMatch(/^At density 0.0957 \(10.4× compressed\)/);
  });

  it('gives no number to a certificate that an attack contradicts', () => {
    const report = reportOf({
      pgd: outcomes([0, 1, 1, 0]),
      crown: outcomes([1, 1, 1, 0], [verified, verified, 0, 0]),
    });
    expect([...report.groups[0]!.answers.keys()]).toEqual(['clean', 'pgd-50 linf 2/255']);
    expect(report.contradictions).toHaveLength(1);
    expect(report.contradictions[0]).toContain('1 test image verified by crown linf 2/255');
  });
});
