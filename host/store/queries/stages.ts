import type { StageState } from '#contract/run.ts';
import type { Recipe, StageKey, StageKind } from '#contract/stage.ts';
import {
  parseArtifact,
  parseCheckpoint,
  parseEnd,
  parseEnvironment,
  parseProgress,
  parseRecipe,
  type ArtifactColumns,
  type CheckpointColumns,
  type EndColumns,
  type ProgressColumns,
} from '../columns.ts';
import { atOneMoment, type Connection } from '../connection.ts';
import type { ReadableStore, StoredStage } from '../store.ts';

type Read = Pick<
  ReadableStore,
  | 'stage'
  | 'stagesOfRun'
  | 'stagesOfStudy'
  | 'stateOf'
  | 'doneStages'
  | 'artifactOf'
  | 'checkpointOf'
  | 'progress'
  | 'measuredSpeeds'
>;

type StageRow = ArtifactColumns &
  CheckpointColumns &
  EndColumns &
  ProgressColumns & {
    readonly key: StageKey;
    readonly kind: StageKind;
    readonly label: string;
    readonly state: StageState;
    readonly recipe: string;
    readonly work: number;
    readonly created_at: number;
    readonly started_at: number | null;
    readonly ended_at: number | null;
    readonly environment: string | null;
    readonly engines: string;
    readonly seconds: number | null;
    readonly attempt_count: number;
    readonly run_count: number;
    readonly studies: string;
  };

const selectStage = `
  SELECT s.key, s.kind, s.label, s.state, s.work, s.created_at, r.text AS recipe,
         a.started_at, a.ended_at, a.environment, a.end_kind, a.end_message, a.end_remedy,
         a.progress_done, a.progress_total, a.progress_unit, a.progress_note, a.progress_at,
         a.progress_first_done, a.progress_first_at,
         f.folder, f.file, f.sha256 AS artifact_sha256, f.bytes,
         c.path AS checkpoint_path, c.sha256 AS checkpoint_sha256, c.step AS checkpoint_step,
         c.engine AS checkpoint_engine,
         (SELECT sum(ended_at - started_at) / 1000.0 FROM attempts WHERE stage_id = s.id) AS seconds,
         (SELECT count(*) FROM attempts WHERE stage_id = s.id) AS attempt_count,
         (SELECT json_group_array(DISTINCT environment ->> '$.engine') FROM attempts
          WHERE stage_id = s.id AND through_seq > 0 AND environment IS NOT NULL AND id >= (
            SELECT max(id) FROM attempts
            WHERE stage_id = s.id AND through_seq > 0 AND resumed_from_step IS NULL)) AS engines,
         (SELECT count(*) FROM run_stages WHERE stage_id = s.id) AS run_count,
         (SELECT json_group_array(study_id) FROM study_stages WHERE stage_id = s.id) AS studies
  FROM stages s
  JOIN recipes r ON r.stage_id = s.id
  LEFT JOIN attempts a ON a.id = s.attempt_id
  LEFT JOIN artifacts f ON f.stage_id = s.id
  LEFT JOIN checkpoints c ON c.stage_id = s.id`;

/** Speeds follow the machine as it is now: the last so many stages of each kind. */
const measuredStages = 50;

export function readStages(connection: Connection): Read {
  const one = connection.prepare<[string], StageRow>(`${selectStage} WHERE s.key = ?`);
  const ofRun = connection.prepare<[string], StageRow>(`
    ${selectStage} JOIN run_stages rs ON rs.stage_id = s.id
    WHERE rs.run_id = (SELECT id FROM runs WHERE key = ?) ORDER BY rs.position`);
  const ofStudy = connection.prepare<[number], StageRow>(`
    ${selectStage} JOIN study_stages ss ON ss.stage_id = s.id WHERE ss.study_id = ? ORDER BY s.id`);
  const state = connection.prepare<[string], StageState>('SELECT state FROM stages WHERE key = ?').pluck();
  const speeds = connection.prepare<[number], { kind: StageKind; speed: number }>(`
    SELECT kind, sum(work) / (sum(milliseconds) / 1000.0) AS speed FROM (
      SELECT s.kind, s.work, sum(a.ended_at - a.started_at) AS milliseconds,
             row_number() OVER (PARTITION BY s.kind ORDER BY s.ended_at DESC) AS place
      FROM stages s JOIN attempts a ON a.stage_id = s.id
      WHERE s.state = 'done' GROUP BY s.id
    ) WHERE place <= ? GROUP BY kind HAVING sum(milliseconds) > 0 AND sum(work) > 0`);

  const stage = (key: StageKey): StoredStage | undefined => {
    const row = one.get(key);
    return row === undefined ? undefined : storedStage(row);
  };
  return {
    stage,
    stagesOfRun: (run) => ofRun.all(run).map(storedStage),
    stagesOfStudy: (study) => ofStudy.all(study).map(storedStage),
    stateOf: (key) => state.get(key),
    doneStages: atOneMoment(
      connection,
      (keys: Iterable<StageKey>) => new Set([...keys].filter((key) => state.get(key) === 'done')),
    ),
    artifactOf: (key) => stage(key)?.artifact,
    checkpointOf: (key) => stage(key)?.checkpoint,
    progress: (key) => stage(key)?.progress,
    measuredSpeeds: () =>
      Object.fromEntries(speeds.all(measuredStages).map(({ kind, speed }) => [kind, speed])),
  };
}

const storedStage = (row: StageRow): StoredStage => {
  let recipe: Recipe | undefined;
  return {
    key: row.key,
    kind: row.kind,
    label: row.label,
    state: row.state,
    // Most who ask for many stages ask for their states only, and recipes are long.
    get recipe() {
      return (recipe ??= parseRecipe(row.recipe));
    },
    work: row.work,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    seconds: row.seconds ?? undefined,
    failure: failureOf(row),
    artifact: parseArtifact(row),
    checkpoint: parseCheckpoint(row),
    environment: parseEnvironment(row.environment),
    engines: JSON.parse(row.engines) as string[],
    progress: parseProgress(row),
    attemptCount: row.attempt_count,
    runCount: row.run_count,
    studies: JSON.parse(row.studies) as number[],
  };
};

/** Why the stage stands still; a stage that was queued again keeps the end in its attempts only. */
export const failureOf = (row: EndColumns & { readonly state: StageState }) =>
  row.state === 'failed' || row.state === 'cancelled' || row.state === 'interrupted'
    ? parseEnd(row)
    : undefined;
