import type { StageState } from '#contract/run.ts';
import type { StageKey, StageKind } from '#contract/stage.ts';
import type { LogLine } from '#contract/views.ts';
import { parseEnd, parseEnvironment, type EndColumns } from '../columns.ts';
import type { Connection } from '../connection.ts';
import type { ReadableStore, StoredAttempt } from '../store.ts';

type AttemptRow = EndColumns & {
  readonly id: number;
  readonly stage: StageKey;
  readonly kind: StageKind;
  readonly label: string;
  readonly slot: string;
  readonly device: string;
  readonly host_pid: number;
  readonly worker_pid: number | null;
  readonly environment: string | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly state: StageState;
  readonly resumed_from_step: number | null;
  readonly through_seq: number;
};

const selectAttempt = `
  SELECT a.*, s.key AS stage, s.kind, s.label FROM attempts a JOIN stages s ON s.id = a.stage_id`;

export function readAttempts(
  connection: Connection,
): Pick<ReadableStore, 'attempts' | 'attemptsOf' | 'attempt' | 'log'> {
  const recent = connection.prepare<{ since: number }, AttemptRow>(`
    ${selectAttempt}
    WHERE a.ended_at IS NULL OR a.ended_at >= @since OR a.started_at >= @since
    ORDER BY a.id DESC`);
  const ofStage = connection.prepare<[string], AttemptRow>(`${selectAttempt} WHERE s.key = ? ORDER BY a.id`);
  const one = connection.prepare<[number], AttemptRow>(`${selectAttempt} WHERE a.id = ?`);
  const lines = connection.prepare<[number], LogLine>(
    'SELECT at, level, text FROM log_lines WHERE attempt_id = ? ORDER BY id',
  );
  return {
    attempts: ({ since }) => recent.all({ since }).map(storedAttempt),
    attemptsOf: (stage) => ofStage.all(stage).map(storedAttempt),
    attempt: (id) => one.all(id).map(storedAttempt)[0],
    log: (attempt) => lines.all(attempt),
  };
}

const storedAttempt = (row: AttemptRow): StoredAttempt => ({
  id: row.id,
  stage: row.stage,
  kind: row.kind,
  label: row.label,
  slot: row.slot,
  device: row.device,
  hostPid: row.host_pid,
  workerPid: row.worker_pid ?? undefined,
  environment: parseEnvironment(row.environment),
  startedAt: row.started_at,
  endedAt: row.ended_at ?? undefined,
  state: row.state,
  end: parseEnd(row),
  resumedFromStep: row.resumed_from_step ?? undefined,
  throughSeq: row.through_seq,
});
