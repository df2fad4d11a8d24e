import { runStateOf, stageStates, type RunState, type StageState } from '#contract/run.ts';
import { stageKinds, type StageKind } from '#contract/stage.ts';
import type { StateCounts } from '#contract/views.ts';
import { atOneMoment, type Connection } from '../connection.ts';
import type { ReadableStore, StoredStudy } from '../store.ts';

type StudyRow = Omit<StoredStudy, 'runs' | 'stages' | 'workLeft'>;
type RunStateRow = { readonly study: number; readonly states: string; readonly runs: number };
type StageCountRow = {
  readonly study: number;
  readonly kind: StageKind;
  readonly state: StageState;
  readonly stages: number;
  readonly work: number;
};

export function readStudies(connection: Connection): Pick<ReadableStore, 'studies' | 'study'> {
  // Of one study, or of all where no id is given.
  type Of = { readonly id: number | null };
  const all = connection.prepare<Of, StudyRow>(`
    SELECT id, name, description, yaml, priority, created_at AS createdAt, submitted_at AS submittedAt
    FROM studies WHERE id = coalesce(@id, id) ORDER BY id`);
  // Runs are counted by the set of their stages' states; the contract says what state that makes.
  const runStates = connection.prepare<Of, RunStateRow>(`
    SELECT study, states, count(*) AS runs FROM (
      SELECT sr.study_id AS study, group_concat(DISTINCT s.state) AS states
      FROM study_runs sr
      JOIN run_stages rs ON rs.run_id = sr.run_id
      JOIN stages s ON s.id = rs.stage_id
      WHERE sr.study_id = coalesce(@id, sr.study_id)
      GROUP BY sr.study_id, sr.run_id
    ) GROUP BY study, states`);
  const stageCounts = connection.prepare<Of, StageCountRow>(`
    SELECT ss.study_id AS study, s.kind, s.state, count(*) AS stages, sum(s.work) AS work
    FROM study_stages ss JOIN stages s ON s.id = ss.stage_id
    WHERE ss.study_id = coalesce(@id, ss.study_id)
    GROUP BY ss.study_id, s.kind, s.state`);

  const studies = atOneMoment(connection, (id: number | null): readonly StoredStudy[] => {
    const runsByStudy = Map.groupBy(runStates.all({ id }), (row) => row.study);
    const stagesByStudy = Map.groupBy(stageCounts.all({ id }), (row) => row.study);
    return all.all({ id }).map((row) => ({
      ...row,
      runs: countRuns(runsByStudy.get(row.id) ?? []),
      stages: countStages(stagesByStudy.get(row.id) ?? []),
      workLeft: sumWorkLeft(stagesByStudy.get(row.id) ?? []),
    }));
  });
  return { studies: () => studies(null), study: (id) => studies(id)[0] };
}

function countRuns(rows: readonly RunStateRow[]): StateCounts {
  const counts: Record<RunState, number> = {
    queued: 0,
    running: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    interrupted: 0,
  };
  for (const row of rows) counts[runStateOf(row.states.split(',') as StageState[])] += row.runs;
  return counts;
}

function countStages(rows: readonly StageCountRow[]): Record<StageState, number> {
  const counts = Object.fromEntries(stageStates.map((state) => [state, 0])) as Record<StageState, number>;
  for (const row of rows) counts[row.state] += row.stages;
  return counts;
}

function sumWorkLeft(rows: readonly StageCountRow[]): Record<StageKind, number> {
  const work = Object.fromEntries(stageKinds.map((kind) => [kind, 0])) as Record<StageKind, number>;
  for (const row of rows) if (row.state !== 'done') work[row.kind] += row.work;
  return work;
}
