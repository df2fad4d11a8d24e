import type { StageKey } from '#contract/stage.ts';
import { allOrNothing, type Connection } from '../connection.ts';
import type { WritableStore } from '../store.ts';

/** Stages that no other study wants: a study wants every stage of its runs' paths, inputs included. */
const unwanted =
  'SELECT id FROM stages WHERE id NOT IN (SELECT stage_id FROM study_stages WHERE study_id <> @id)';

export function removeStudy(connection: Connection): Pick<WritableStore, 'removeStudy'> {
  const running = connection
    .prepare<{ id: number }, StageKey>(
      `SELECT key FROM stages WHERE state IN ('running', 'stopping') AND id IN (${unwanted}) ORDER BY id`,
    )
    .pluck();
  const leaving = connection.prepare<{ id: number }, { id: number; key: StageKey }>(
    `SELECT id, key FROM stages WHERE id IN (${unwanted}) ORDER BY id DESC`,
  );
  const remove = connection.prepare<[number]>('DELETE FROM studies WHERE id = ?');
  const removeRuns = connection.prepare('DELETE FROM runs WHERE id NOT IN (SELECT run_id FROM study_runs)');
  const removeStage = connection.prepare<[number]>('DELETE FROM stages WHERE id = ?');

  return {
    removeStudy: allOrNothing(connection, (id: number) => {
      const stillRunning = running.all({ id });
      if (stillRunning.length > 0) return { kind: 'running', stages: stillRunning };
      const stages = leaving.all({ id });
      remove.run(id);
      removeRuns.run();
      for (const stage of stages) removeStage.run(stage.id);
      return { kind: 'removed', stages: stages.map((stage) => stage.key) };
    }) satisfies WritableStore['removeStudy'],
  };
}
