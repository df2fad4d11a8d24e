import type { ExampleOutcomes, OpenWorldOutcomes } from '#contract/outcomes.ts';
import type { Connection } from '../connection.ts';
import type { ReadableStore } from '../store.ts';
import { arrayOf } from '../typed-array-columns.ts';

type OpenWorldRow = { readonly targets: Buffer; readonly confidences: Buffer };
type ScoresRow = { readonly detector: string; readonly threshold: number; readonly scores: Buffer };
type OutcomesRow = {
  readonly stage_id: number;
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
  const openWorld = connection.prepare<[number], OpenWorldRow>(
    'SELECT targets, confidences FROM open_world_outcomes WHERE stage_id = ?',
  );
  const scores = connection.prepare<[number], ScoresRow>(
    'SELECT detector, threshold, scores FROM detector_scores WHERE stage_id = ? ORDER BY detector',
  );
  return {
    outcomes: (stage): ExampleOutcomes | undefined => {
      const row = one.get(stage);
      if (row === undefined) return undefined;
      const shown = openWorld.get(row.stage_id);
      const outcomes = parseOutcomes(row);
      return shown === undefined
        ? outcomes
        : { ...outcomes, openWorld: parseOpenWorld(shown, scores.all(row.stage_id)) };
    },
  };
}

const parseOpenWorld = (
  { targets, confidences }: OpenWorldRow,
  scores: readonly ScoresRow[],
): OpenWorldOutcomes => ({
  targets: arrayOf(Uint16Array, targets),
  confidences: arrayOf(Float32Array, confidences),
  scores: Object.fromEntries(scores.map((row) => [row.detector, arrayOf(Float64Array, row.scores)])),
  thresholds: Object.fromEntries(scores.map(({ detector, threshold }) => [detector, threshold])),
});

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
