import type { OpenWorldOutcomes } from '#contract/outcomes.ts';
import type { Connection } from '../connection.ts';
import { blobOf } from '../typed-array-columns.ts';

/** What an open-world measurement showed, beside the outcomes of its stage; written again it replaces what was there. */
export function recordOpenWorld(connection: Connection) {
  const put = connection.prepare(
    'INSERT OR REPLACE INTO open_world_outcomes (stage_id, targets, confidences) VALUES (?, ?, ?)',
  );
  const putScores = connection.prepare(
    'INSERT OR REPLACE INTO detector_scores (stage_id, detector, threshold, scores) VALUES (?, ?, ?, ?)',
  );
  return (stage: number, { targets, confidences, scores, thresholds }: OpenWorldOutcomes): void => {
    put.run(stage, blobOf(targets), blobOf(confidences));
    for (const [detector, values] of Object.entries(scores)) {
      const threshold = thresholds[detector];
      if (threshold === undefined)
        throw new RangeError(`The detector ${detector} has scores but no threshold; both were expected.`);
      putScores.run(stage, detector, threshold, blobOf(values));
    }
  };
}
