import type { StageKey } from '#contract/stage.ts';
import { allOrNothing, type Connection } from '../connection.ts';
import type { WritableStore } from '../store.ts';

type Write = Pick<WritableStore, 'requeueStages' | 'cancelStages'>;

export function writeStageStates(connection: Connection): Write {
  const requeue = connection.prepare<[number, string]>(
    `UPDATE stages SET state = 'queued', queued_at = ?, retry_count = 0, ended_at = NULL
     WHERE key = ? AND state IN ('failed', 'cancelled', 'interrupted')`,
  );
  const cancel = connection.prepare<[string]>(
    `UPDATE stages SET state = 'cancelled' WHERE key = ? AND state IN ('queued', 'interrupted', 'failed')`,
  );
  return {
    requeueStages: allOrNothing(connection, (keys: Iterable<StageKey>, at: number) =>
      [...keys].filter((key) => requeue.run(at, key).changes > 0),
    ),
    cancelStages: allOrNothing(connection, (keys: Iterable<StageKey>) =>
      [...keys].filter((key) => cancel.run(key).changes > 0),
    ),
  };
}
