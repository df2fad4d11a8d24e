import type { StageKey } from '#contract/stage.ts';
import { allOrNothing, type Connection } from '../connection.ts';
import type { WritableStore } from '../store.ts';

/** Stages of the study that neither another study nor a stage of another study needs. */
const ownStages = `
  SELECT ss.stage_id FROM study_stages ss
  WHERE ss.study_id = @id AND NOT EXISTS (
    SELECT 1 FROM study_stages other WHERE other.stage_id = ss.stage_id AND other.study_id <> @id
  )`;

export function removeStudy(connection: Connection): Pick<WritableStore, 'removeStudy'> {
  const running = connection
    .prepare<{ id: number }, StageKey>(
      `SELECT key FROM stages WHERE state IN ('running', 'stopping') AND id IN (${ownStages}) ORDER BY id`,
    )
    .pluck();
  const own = connection.prepare<{ id: number }, { id: number; key: StageKey }>(
    `SELECT id, key FROM stages WHERE id IN (${ownStages}) ORDER BY id DESC`,
  );
  const remove = connection.prepare<[number]>('DELETE FROM studies WHERE id = ?');
  // Runs that no study holds, unless they need a stage that stays: then they are what its numbers belong to.
  const removeRuns = connection.prepare('DELETE FROM runs WHERE id NOT IN (SELECT run_id FROM study_runs)');
  const removeStage = connection.prepare<[number]>('DELETE FROM stages WHERE id = ?');

  return {
    removeStudy: allOrNothing(connection, (id: number) => {
      const stillRunning = running.all({ id });
      if (stillRunning.length > 0) return { kind: 'running', stages: stillRunning };
      const stages = own.all({ id });
      remove.run(id);
      removeRuns.run();
      for (const stage of stages) removeStage.run(stage.id);
      return { kind: 'removed', stages: stages.map((stage) => stage.key) };
    }) satisfies WritableStore['removeStudy'],
  };
}
