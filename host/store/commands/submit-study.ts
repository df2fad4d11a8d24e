import { canonicalJson } from '#contract/canonical-json.ts';
import { inputsOf, recipeText, type StageKey } from '#contract/stage.ts';
import type { PlannedStage } from '#contract/plan.ts';
import type { PlannedRun } from '#contract/run.ts';
import { allOrNothing, type Connection } from '../connection.ts';
import type { Submission, WritableStore } from '../store.ts';

export function submitStudy(connection: Connection): Pick<WritableStore, 'submitStudy' | 'setPriority'> {
  const putStudy = connection
    .prepare<Omit<Submission, 'plan'>, number>(
      `INSERT INTO studies (name, description, yaml, created_at, submitted_at, priority)
       VALUES (:name, :description, :yaml, :at, :at, coalesce(:priority, 0))
       ON CONFLICT (name, yaml) DO UPDATE SET
         submitted_at = :at, priority = coalesce(:priority, priority), description = :description
       RETURNING id`,
    )
    .pluck();
  const setPriority = connection.prepare<[number, number]>('UPDATE studies SET priority = ? WHERE id = ?');
  const forgetRuns = connection.prepare<[number]>('DELETE FROM study_runs WHERE study_id = ?');
  const forgetStages = connection.prepare<[number]>('DELETE FROM study_stages WHERE study_id = ?');
  const putStage = prepareStages(connection);
  const putRun = prepareRuns(connection);

  return {
    submitStudy: allOrNothing(connection, ({ plan, priority, ...submission }: Submission) => {
      const study = putStudy.get({ priority: priority ?? null, ...submission } as Submission)!;
      forgetRuns.run(study);
      forgetStages.run(study);
      const ids = new Map<StageKey, number>();
      for (const stage of plan.stages) ids.set(stage.key, putStage(stage, { study, ids, at: submission.at }));
      for (const [position, run] of plan.runs.entries())
        putRun(run, { study, position, ids, at: submission.at });
      return study;
    }) satisfies WritableStore['submitStudy'],
    setPriority: allOrNothing(connection, (study: number, priority: number) => {
      setPriority.run(priority, study);
    }),
  };
}

type Ids = ReadonlyMap<StageKey, number>;

/** A stage that is there already keeps its result; one that ended without a result is queued again. */
function prepareStages(connection: Connection) {
  const find = connection.prepare<[string], number>('SELECT id FROM stages WHERE key = ?').pluck();
  const insert = connection
    .prepare<{ key: string; kind: string; label: string; work: number; at: number }, number>(
      `INSERT INTO stages (key, kind, label, state, work, created_at, queued_at)
       VALUES (:key, :kind, :label, 'queued', :work, :at, :at) RETURNING id`,
    )
    .pluck();
  const requeue = connection.prepare<[number, number]>(
    `UPDATE stages SET state = 'queued', queued_at = ?, retry_count = 0, ended_at = NULL
     WHERE id = ? AND state IN ('failed', 'cancelled', 'interrupted')`,
  );
  const recipe = connection.prepare<[number, string]>('INSERT INTO recipes (stage_id, text) VALUES (?, ?)');
  const input = connection.prepare<[number, string, number]>(
    'INSERT INTO stage_inputs (stage_id, role, input_id) VALUES (?, ?, ?)',
  );
  const want = connection.prepare<[number, number]>(
    'INSERT INTO study_stages (study_id, stage_id) VALUES (?, ?)',
  );

  return (stage: PlannedStage, { study, ids, at }: { study: number; ids: Ids; at: number }): number => {
    const found = find.get(stage.key);
    if (found !== undefined) {
      requeue.run(at, found);
      want.run(study, found);
      return found;
    }
    const { key, kind, label, work } = stage;
    const id = insert.get({ key, kind, label, work, at })!;
    recipe.run(id, recipeText(stage.recipe));
    for (const [role, inputKey] of Object.entries(inputsOf(stage.recipe)))
      input.run(id, role, idOf(ids, inputKey));
    want.run(study, id);
    return id;
  };
}

function prepareRuns(connection: Connection) {
  const find = connection.prepare<[string], number>('SELECT id FROM runs WHERE key = ?').pluck();
  const insert = connection
    .prepare<{ key: string; name: string; seed: number; settings: string; at: number }, number>(
      `INSERT INTO runs (key, name, seed, settings, created_at)
       VALUES (:key, :name, :seed, :settings, :at) RETURNING id`,
    )
    .pluck();
  const forgetPath = connection.prepare<[number]>('DELETE FROM run_stages WHERE run_id = ?');
  const step = connection.prepare<[number, number, number]>(
    'INSERT INTO run_stages (run_id, position, stage_id) VALUES (?, ?, ?)',
  );
  const want = connection.prepare<[number, number, number, string]>(
    'INSERT INTO study_runs (study_id, position, run_id, name) VALUES (?, ?, ?, ?)',
  );

  type Place = { study: number; position: number; ids: Ids; at: number };
  return (run: PlannedRun, { study, position, ids, at }: Place): void => {
    const { key, name, seed } = run;
    const found = find.get(key);
    const id = found ?? insert.get({ key, name, seed, settings: canonicalJson(run.settings), at })!;
    forgetPath.run(id);
    for (const [place, stage] of run.stages.entries()) step.run(id, place, idOf(ids, stage.key));
    want.run(study, position, id, name);
  };
}

function idOf(ids: Ids, key: StageKey): number {
  const id = ids.get(key);
  if (id === undefined)
    throw new RangeError(
      `Stage ${key} is used before it is planned. A plan lists every stage once, inputs first.`,
    );
  return id;
}
