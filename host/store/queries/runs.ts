import { runStateOf, type Settings, type StageState } from '#contract/run.ts';
import type { StageKey } from '#contract/stage.ts';
import { parseSettings } from '../columns.ts';
import { atOneMoment, type Connection } from '../connection.ts';
import type { ReadableStore, StoredRun } from '../store.ts';

type RunRow = {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly seed: number;
  readonly settings: string;
  readonly createdAt: number;
};
type StageRow = {
  readonly id: number;
  readonly key: StageKey;
  readonly state: StageState;
  readonly endedAt: number | null;
};
type Metrics = Record<string, number>;
type StudyOfRun = { readonly id: number; readonly name: string };

export function readRuns(connection: Connection): Pick<ReadableStore, 'runs' | 'runsOf' | 'run'> {
  const select = prepareSelections(connection);
  const all = select({
    runs: 'SELECT r.id, r.key, r.name, r.seed, r.settings, r.created_at AS createdAt FROM runs r ORDER BY r.id',
    among: 'SELECT id FROM runs',
  });
  const ofStudy = select({
    runs: `SELECT r.id, r.key, sr.name, r.seed, r.settings, r.created_at AS createdAt
           FROM study_runs sr JOIN runs r ON r.id = sr.run_id
           WHERE sr.study_id = @of ORDER BY sr.position`,
    among: 'SELECT run_id FROM study_runs WHERE study_id = @of',
  });
  const one = select({
    runs: `SELECT r.id, r.key, r.name, r.seed, r.settings, r.created_at AS createdAt
           FROM runs r WHERE r.key = @of`,
    among: 'SELECT id FROM runs WHERE key = @of',
  });
  return { runs: () => all(null), runsOf: ofStudy, run: (key) => one(key)[0] };
}

function prepareSelections(connection: Connection) {
  // A run's settings never change, and are most of what there is to parse.
  const settings = new Map<string, Settings>();
  const settingsOf = (run: RunRow): Settings => {
    const known = settings.get(run.key) ?? parseSettings(run.settings);
    settings.set(run.key, known);
    return known;
  };
  return (sql: Selection) => prepareSelection(connection, sql, settingsOf);
}

type Selection = { readonly runs: string; readonly among: string };

/** Six statements whatever the number of runs; shared stages are read once and joined here. */
function prepareSelection(connection: Connection, sql: Selection, settingsOf: (run: RunRow) => Settings) {
  type Of = { readonly of: string | number | null };
  const stagesAmong = `SELECT DISTINCT stage_id FROM run_stages WHERE run_id IN (${sql.among})`;
  const runs = connection.prepare<Of, RunRow>(sql.runs);
  const paths = connection
    .prepare<Of, [run: number, stage: number]>(
      `SELECT run_id, stage_id FROM run_stages WHERE run_id IN (${sql.among}) ORDER BY run_id, position`,
    )
    .raw();
  const stages = connection.prepare<Of, StageRow>(
    `SELECT id, key, state, ended_at AS endedAt FROM stages WHERE id IN (${stagesAmong})`,
  );
  const names = connection.prepare<[], [id: number, name: string]>('SELECT id, name FROM metric_names').raw();
  const metrics = connection
    .prepare<Of, MetricRow>(
      `SELECT stage_id, metric_id, last FROM metric_summary WHERE stage_id IN (${stagesAmong})`,
    )
    .raw();
  const studies = connection
    .prepare<Of, [run: number, id: number, name: string]>(
      `SELECT sr.run_id, st.id, st.name FROM study_runs sr JOIN studies st ON st.id = sr.study_id
       WHERE sr.run_id IN (${sql.among}) ORDER BY st.id`,
    )
    .raw();

  return atOneMoment(connection, (of: string | number | null): readonly StoredRun[] => {
    const bound = { of };
    const stageById = new Map(stages.all(bound).map((stage) => [stage.id, stage]));
    const metricsByStage = gatherMetrics(metrics.all(bound), new Map(names.all()));
    const pathByRun = Map.groupBy(paths.all(bound), ([run]) => run);
    const studiesByRun = Map.groupBy(studies.all(bound), ([run]) => run);
    return runs.all(bound).map((run) => {
      const path = (pathByRun.get(run.id) ?? []).map(([, stage]) => stageById.get(stage)!);
      const stageMetrics = path.map((stage) => metricsByStage.get(stage.id) ?? {});
      const ofStudies = (studiesByRun.get(run.id) ?? []).map(([, id, name]) => ({ id, name }));
      return storedRun(run, { path, stageMetrics, studies: ofStudies, settings: settingsOf(run) });
    });
  });
}

type RunParts = {
  readonly path: readonly StageRow[];
  readonly stageMetrics: readonly Metrics[];
  readonly studies: readonly StudyOfRun[];
  readonly settings: Settings;
};

function storedRun(run: RunRow, { path, stageMetrics, studies, settings }: RunParts): StoredRun {
  const state = runStateOf(path.map((stage) => stage.state));
  const over = state === 'done' || state === 'failed' || state === 'cancelled';
  return {
    key: run.key,
    name: run.name,
    seed: run.seed,
    state,
    studies,
    settings,
    metrics: Object.assign({}, ...stageMetrics) as Metrics,
    createdAt: run.createdAt,
    finishedAt: over ? Math.max(...path.map((stage) => stage.endedAt ?? run.createdAt)) : undefined,
    stages: path.map((stage) => stage.key),
  };
}

type MetricRow = [stage: number, metric: number, last: number];
function gatherMetrics(
  rows: readonly MetricRow[],
  names: ReadonlyMap<number, string>,
): ReadonlyMap<number, Metrics> {
  const byStage = new Map<number, Metrics>();
  for (const [stage, metric, last] of rows) {
    const metrics = byStage.get(stage) ?? {};
    metrics[names.get(metric)!] = last;
    byStage.set(stage, metrics);
  }
  return byStage;
}
