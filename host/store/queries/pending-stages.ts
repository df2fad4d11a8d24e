import type { StageState } from '#contract/run.ts';
import type { StageKey, StageKind } from '#contract/stage.ts';
import {
  parseCheckpoint,
  parseProgress,
  type CheckpointColumns,
  type EndColumns,
  type ProgressColumns,
} from '../columns.ts';
import { atOneMoment, type Connection } from '../connection.ts';
import type { PendingStage, ReadableStore, StageInput } from '../store.ts';
import { failureOf } from './stages.ts';

type PendingRow = CheckpointColumns &
  EndColumns &
  ProgressColumns & {
    readonly id: number;
    readonly key: StageKey;
    readonly kind: StageKind;
    readonly label: string;
    readonly state: StageState;
    readonly queued_at: number;
    readonly retry_count: number;
    readonly attempt_id: number | null;
    readonly attempt_count: number;
    readonly run_count: number;
  };
type InputRow = StageInput & { readonly stage: number };
type StudyRow = {
  readonly stage: number;
  readonly id: number;
  readonly name: string;
  readonly priority: number;
};

/** Conditions on a stage `s`. */
const pending = `s.state IN ('queued', 'running', 'stopping', 'interrupted', 'failed')`;
const ready = `s.state IN ('queued', 'interrupted') AND NOT EXISTS (
  SELECT 1 FROM stage_inputs needed JOIN stages n ON n.id = needed.input_id
  WHERE needed.stage_id = s.id AND n.state <> 'done'
)`;

/** Three statements whatever the number of stages. A stage that no study wants any more is neither. */
export function readPendingStages(
  connection: Connection,
): Pick<ReadableStore, 'pendingStages' | 'readyStages'> {
  return {
    pendingStages: prepareStages(connection, pending),
    readyStages: prepareStages(connection, ready),
  };
}

function prepareStages(connection: Connection, among: string): () => readonly PendingStage[] {
  const stages = connection.prepare<[], PendingRow>(`
    SELECT s.id, s.key, s.kind, s.label, s.state, s.queued_at, s.retry_count, s.attempt_id,
           a.end_kind, a.end_message, a.end_remedy,
           a.progress_done, a.progress_total, a.progress_unit, a.progress_note, a.progress_at,
           a.progress_first_done, a.progress_first_at,
           c.path AS checkpoint_path, c.sha256 AS checkpoint_sha256, c.step AS checkpoint_step,
         c.engine AS checkpoint_engine,
           (SELECT count(*) FROM attempts WHERE stage_id = s.id) AS attempt_count,
           (SELECT count(*) FROM run_stages WHERE stage_id = s.id) AS run_count
    FROM stages s
    LEFT JOIN attempts a ON a.id = s.attempt_id
    LEFT JOIN checkpoints c ON c.stage_id = s.id
    WHERE ${among}
    ORDER BY s.id`);
  const inputs = connection.prepare<[], InputRow>(`
    SELECT si.stage_id AS stage, si.role, i.key, i.label, i.state
    FROM stages s JOIN stage_inputs si ON si.stage_id = s.id JOIN stages i ON i.id = si.input_id
    WHERE ${among}`);
  const studies = connection.prepare<[], StudyRow>(`
    SELECT ss.stage_id AS stage, st.id, st.name, st.priority
    FROM stages s JOIN study_stages ss ON ss.stage_id = s.id JOIN studies st ON st.id = ss.study_id
    WHERE ${among} ORDER BY st.id`);

  return atOneMoment(connection, () => {
    const inputsByStage = Map.groupBy(inputs.all(), (row) => row.stage);
    const studiesByStage = Map.groupBy(studies.all(), (row) => row.stage);
    return stages.all().flatMap((row) => {
      const wantedBy = studiesByStage.get(row.id);
      if (wantedBy === undefined) return [];
      return [pendingStage(row, { inputs: inputsByStage.get(row.id) ?? [], wantedBy })];
    });
  });
}

function pendingStage(
  row: PendingRow,
  related: { readonly inputs: readonly InputRow[]; readonly wantedBy: readonly StudyRow[] },
): PendingStage {
  const first = related.wantedBy[0]!;
  return {
    key: row.key,
    kind: row.kind,
    label: row.label,
    state: row.state,
    inputs: related.inputs.map(({ role, key, label, state }) => ({ role, key, label, state })),
    priority: Math.max(...related.wantedBy.map((study) => study.priority)),
    study: { id: first.id, name: first.name },
    studies: related.wantedBy.map((study) => study.id),
    queuedAt: row.queued_at,
    attemptCount: row.attempt_count,
    retryCount: row.retry_count,
    checkpoint: parseCheckpoint(row),
    failure: failureOf(row),
    attempt: row.attempt_id ?? undefined,
    progress: parseProgress(row),
    runCount: row.run_count,
  };
}
