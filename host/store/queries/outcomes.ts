import type { ExampleOutcomes } from '#contract/outcomes.ts';
import type { Connection } from '../connection.ts';
import type { ReadableStore } from '../store.ts';
import { arrayOf } from '../typed-array-columns.ts';

type OutcomesRow = {
  readonly examples: Buffer;
  readonly labels: Buffer;
  readonly clean_predictions: Buffer;
  readonly attacked_predictions: Buffer;
  readonly survived: Buffer;
  readonly distances: Buffer;
  readonly proof_statuses: Buffer | null;
  readonly proof_margins: Buffer | null;
};

export function readOutcomes(connection: Connection): Pick<ReadableStore, 'outcomes'> {
  const one = connection.prepare<[string], OutcomesRow>(
    'SELECT o.* FROM outcomes o JOIN stages s ON s.id = o.stage_id WHERE s.key = ?',
  );
  return {
    outcomes: (stage): ExampleOutcomes | undefined => {
      const row = one.get(stage);
      return row && parseOutcomes(row);
    },
  };
}

const parseOutcomes = (row: OutcomesRow): ExampleOutcomes => ({
  examples: arrayOf(Uint32Array, row.examples),
  labels: arrayOf(Uint16Array, row.labels),
  cleanPredictions: arrayOf(Uint16Array, row.clean_predictions),
  attackedPredictions: arrayOf(Uint16Array, row.attacked_predictions),
  survived: arrayOf(Uint8Array, row.survived),
  distances: arrayOf(Float32Array, row.distances),
  ...(row.proof_statuses !== null &&
    row.proof_margins !== null && {
      proofs: {
        statuses: arrayOf(Uint8Array, row.proof_statuses),
        margins: arrayOf(Float32Array, row.proof_margins),
      },
    }),
});
