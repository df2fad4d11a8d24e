import type { Connection } from '../connection.ts';
import type { AttemptEnd } from '../store.ts';

type EndColumns = {
  readonly attempt: number;
  readonly state: string;
  readonly at: number;
  readonly kind: string | null;
  readonly message: string | null;
  readonly remedy: string | null;
};

/** Ends attempts inside a transaction of the caller: attempt, lease and stage change together. */
export function prepareAttemptEnds(connection: Connection) {
  const endAttempt = connection
    .prepare<EndColumns, number>(
      `UPDATE attempts SET state = :state, ended_at = :at,
         end_kind = :kind, end_message = :message, end_remedy = :remedy
       WHERE id = :attempt AND ended_at IS NULL RETURNING stage_id`,
    )
    .pluck();
  const release = connection.prepare<[number]>('DELETE FROM leases WHERE attempt_id = ?');
  const endStage = connection.prepare<{ stage: number; state: string; at: number | null; retries: number }>(
    `UPDATE stages SET state = :state, ended_at = :at, retry_count = retry_count + :retries WHERE id = :stage`,
  );

  return {
    finish: (attempt: number, at: number): void => {
      const stage = endAttempt.get({ attempt, state: 'done', at, kind: null, message: null, remedy: null });
      if (stage === undefined) return;
      release.run(attempt);
      endStage.run({ stage, state: 'done', at, retries: 0 });
    },
    end: ({ attempt, end, state, at }: AttemptEnd): boolean => {
      const stage = endAttempt.get({ attempt, state: attemptStateOf(end, state), at, ...wordsOf(end) });
      if (stage === undefined) return false;
      release.run(attempt);
      const retries = state === 'queued' && end.kind !== 'interrupted' ? 1 : 0;
      endStage.run({ stage, state, at: state === 'queued' ? null : at, retries });
      return true;
    },
  };
}

const wordsOf = ({ kind, message, remedy }: AttemptEnd['end']) => ({ kind, message, remedy });

/** An attempt whose stage is queued again has ended all the same. */
function attemptStateOf(end: AttemptEnd['end'], state: AttemptEnd['state']): string {
  if (state !== 'queued') return state;
  return end.kind === 'interrupted' || end.kind === 'cancelled' ? end.kind : 'failed';
}
