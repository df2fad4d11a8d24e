import { describe, expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import { certificateSchema } from '#contract/certificate.ts';
import type { ExampleOutcomes } from '#contract/outcomes.ts';
import type { RecipeOf } from '#contract/stage.ts';
import type { ReadableStore, StoredRun, StoredStage } from '#host/store/store.ts';
import { readRunRows } from './run-rows.ts';

const verified = 1;
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

const evaluations = {
  pgd: { kind: 'attack', attack: attackSchema.parse({ kind: 'pgd', epsilon: '2/255' }) },
  margin: { kind: 'attack', attack: attackSchema.parse({ kind: 'pgd', epsilon: '2/255', loss: 'margin' }) },
  crown: { kind: 'certificate', certificate: certificateSchema.parse({ kind: 'crown', epsilon: '2/255' }) },
} as const satisfies Record<string, RecipeOf<'evaluate'>['evaluation']>;

const metrics = {
  clean: 1,
  'attacked.pgd-50 linf 2/255': 0.75,
  'attacked.pgd-50 margin linf 2/255': 0.75,
  'certified.crown linf 2/255': 0.5,
  'margin.crown linf 2/255': 0.1,
};

/** A run that was attacked twice and certified, and how often its outcomes were read. */
function rowOf(crown: ExampleOutcomes) {
  const found = { pgd: outcomes([1, 1, 1, 0]), margin: outcomes([1, 1, 0, 1]), crown };
  let reads = 0;
  const store = {
    stagesOfRun: () =>
      Object.entries(evaluations).map(([key, evaluation]) => ({
        key,
        kind: 'evaluate',
        state: 'done',
        recipe: { kind: 'evaluate', version: 1, examples: 4, evaluation, inputs: {}, seed: 0 },
      })) as unknown as StoredStage[],
    outcomes: (key: keyof typeof evaluations) => {
      reads += 1;
      return found[key];
    },
  } as unknown as ReadableStore;
  const run = { key: 'run', metrics, stages: Object.keys(evaluations) } as unknown as StoredRun;
  const rows = readRunRows(store);
  rows([run]);
  let unread = 0;
  const hurried = readRunRows(store, { budgetMs: 0, onUnread: () => (unread += 1) })([run])[0];
  return { row: rows([run])[0], reads, hurried, unread };
}

describe('the runs table', () => {
  it('has no number of a certificate that an attack contradicts, and says which it has not', () => {
    const { row } = rowOf(outcomes([1, 1, 1, 1], [0, 0, verified, verified]));
    expect(Object.keys(row?.metrics ?? {}).filter((name) => name.includes('crown'))).toEqual([]);
    expect(row?.refused).toEqual(['certified.crown linf 2/255', 'margin.crown linf 2/255']);
    expect(row?.metrics['clean']).toBe(1);
  });

  it('keeps the number of a certificate that no attack contradicts', () => {
    const { row } = rowOf(outcomes([1, 1, 1, 1], [verified, verified, 0, 0]));
    expect(row?.metrics['certified.crown linf 2/255']).toBe(0.5);
    expect(row?.refused).toBeUndefined();
  });

  it('has the worst case over the attacks of a ball as a number of its own', () => {
    expect(rowOf(outcomes([1, 1, 1, 1], [0, 0, 0, 0])).row?.metrics['attacked.worst linf 2/255']).toBe(0.5);
  });

  it('withholds what it had no time to check, and says so', () => {
    const { hurried, unread } = rowOf(outcomes([1, 1, 1, 1], [verified, verified, 0, 0]));
    expect(Object.keys(hurried?.metrics ?? {})).toEqual(Object.keys(metrics).slice(0, 3));
    expect(unread).toBe(1);
  });

  it('reads the outcomes of a run once', () => {
    expect(rowOf(outcomes([1, 1, 1, 1], [0, 0, 0, 0])).reads).toBe(3);
  });
});
