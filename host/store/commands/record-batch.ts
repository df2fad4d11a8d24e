import type { StageEnd } from '#contract/run.ts';
import type { Artifact, Checkpoint, WorkerEvent } from '#contract/worker-protocol.ts';
import { allOrNothing, type Connection } from '../connection.ts';
import type { Batch, BatchResult, WritableStore } from '../store.ts';
import { prepareAttemptEnds } from './attempt-ends.ts';
import { recordOutcomes } from './record-outcomes.ts';
import { recordPoints } from './record-points.ts';

type Context = { readonly batch: Batch; readonly stage: number };

const cancelledByPerson: StageEnd = {
  kind: 'cancelled',
  message: 'Stopped on request.',
  remedy: 'Queue it again to go on from its last checkpoint.',
};

/** The one way by which results enter: rows, state and how far the attempt has come, together. */
export function recordBatch(connection: Connection): Pick<WritableStore, 'recordBatch'> {
  const attempt = connection.prepare<[number], { stage: number; through: number; endedAt: number | null }>(
    'SELECT stage_id AS stage, through_seq AS through, ended_at AS endedAt FROM attempts WHERE id = ?',
  );
  const advance = connection.prepare<[number, number]>('UPDATE attempts SET through_seq = ? WHERE id = ?');
  const apply = prepareEvents(connection);

  return {
    recordBatch: allOrNothing(connection, (batch: Batch): BatchResult => {
      const row = attempt.get(batch.attempt);
      if (row === undefined) return 'stale';
      if (batch.seq <= row.through) return 'duplicate';
      if (row.endedAt !== null) return 'stale';
      if (batch.seq > row.through + 1) return 'gap';
      for (const event of batch.events) apply(event, { batch, stage: row.stage });
      advance.run(batch.seq, batch.attempt);
      return 'recorded';
    }),
  };
}

function prepareEvents(connection: Connection): (event: WorkerEvent, context: Context) => void {
  const points = recordPoints(connection);
  const outcomes = recordOutcomes(connection);
  const files = prepareFiles(connection);
  const progress = prepareProgress(connection);
  const ends = prepareAttemptEnds(connection);
  const begin = prepareBeginning(connection, points.dropAfter);
  const log = connection.prepare<[number, number, string, string]>(
    'INSERT INTO log_lines (attempt_id, at, level, text) VALUES (?, ?, ?, ?)',
  );

  return (event, { batch, stage }) => {
    const { attempt, at } = batch;
    switch (event.kind) {
      case 'started':
        begin({ attempt, stage, resumedFromStep: event.resumedFromStep });
        return;
      case 'progress':
        progress(attempt, at, event);
        return;
      case 'metric':
        for (const series of event.points) points.record(stage, series);
        return;
      case 'example-outcomes':
        outcomes(stage, event.outcomes);
        return;
      case 'checkpoint':
        files.putCheckpoint(stage, event.checkpoint);
        return;
      case 'log':
        log.run(attempt, at, event.level, event.text);
        return;
      case 'finished':
        files.putArtifact(stage, event.artifact);
        ends.finish(attempt, at);
        return;
      case 'failed': {
        const { kind, message, remedy, detail } = event.failure;
        log.run(attempt, at, 'error', detail === undefined ? message : `${message}\n${detail}`);
        const state = batch.failedState ?? 'failed';
        ends.end({ attempt, end: { kind, message, remedy }, state, at });
        return;
      }
      case 'stopped': {
        const { state, end } = batch.stopped ?? { state: 'cancelled', end: cancelledByPerson };
        ends.end({ attempt, end, state, at });
        return;
      }
    }
  };
}

/**
 * An attempt that resumes leaves what lies before its checkpoint and drops the rest; any other starts from nothing.
 * So a resumed stage ends with the series of an undisturbed one.
 */
function prepareBeginning(connection: Connection, dropAfter: (stage: number, step: number) => void) {
  const resume = connection.prepare<[number, number]>(
    'UPDATE attempts SET resumed_from_step = ? WHERE id = ?',
  );
  const dropOutcomes = connection.prepare<[number]>('DELETE FROM outcomes WHERE stage_id = ?');
  const dropCheckpoint = connection.prepare<[number]>('DELETE FROM checkpoints WHERE stage_id = ?');
  type Beginning = { attempt: number; stage: number; resumedFromStep: number | undefined };
  return ({ attempt, stage, resumedFromStep }: Beginning): void => {
    if (resumedFromStep === undefined) {
      dropAfter(stage, Number.MIN_SAFE_INTEGER);
      dropOutcomes.run(stage);
      dropCheckpoint.run(stage);
      return;
    }
    dropAfter(stage, resumedFromStep);
    resume.run(resumedFromStep, attempt);
  };
}

function prepareProgress(connection: Connection) {
  type Told = Extract<WorkerEvent, { kind: 'progress' }>;
  const put = connection.prepare<Omit<Told, 'kind'> & { attempt: number; at: number }>(
    `UPDATE attempts SET
       progress_done = :done, progress_total = :total, progress_unit = :unit, progress_note = :note,
       progress_at = :at,
       progress_first_done = coalesce(progress_first_done, :done),
       progress_first_at = coalesce(progress_first_at, :at)
     WHERE id = :attempt`,
  );
  return (attempt: number, at: number, { done, total, unit, note }: Told): void => {
    put.run({ attempt, at, done, total, unit, note });
  };
}

function prepareFiles(connection: Connection) {
  const checkpoint = connection.prepare<[number, string, string, number, string | null]>(
    'INSERT OR REPLACE INTO checkpoints (stage_id, path, sha256, step, engine) VALUES (?, ?, ?, ?, ?)',
  );
  const dropCheckpoint = connection.prepare<[number]>('DELETE FROM checkpoints WHERE stage_id = ?');
  const artifact = connection.prepare<[number, string, string | null, string | null, number]>(
    'INSERT OR REPLACE INTO artifacts (stage_id, folder, file, sha256, bytes) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    putCheckpoint: (stage: number, { path, sha256, step, engine }: Checkpoint): void => {
      checkpoint.run(stage, path, sha256, step, engine ?? null);
    },
    /** A finished stage has no use for its checkpoint. */
    putArtifact: (stage: number, { folder, file, sha256, bytes }: Artifact): void => {
      artifact.run(stage, folder, file ?? null, sha256 ?? null, bytes);
      dropCheckpoint.run(stage);
    },
  };
}
