import type { StageEnd, StageState } from '#contract/run.ts';
import type { StageKey } from '#contract/stage.ts';
import { allOrNothing, type Connection } from '../connection.ts';
import type { AttemptEnd, Lease, WritableStore } from '../store.ts';
import { prepareAttemptEnds } from './attempt-ends.ts';

type Write = Pick<
  WritableStore,
  'leaseStage' | 'recordWorker' | 'endAttempt' | 'recordLog' | 'markStopping' | 'releaseLeases'
>;

const hostDied: StageEnd = {
  kind: 'interrupted',
  message: 'The host ended while this stage was running.',
  remedy: 'Nothing to do: it goes on from its last checkpoint.',
};

export function writeAttempts(connection: Connection): Write {
  const lease = prepareLease(connection);
  const ends = prepareAttemptEnds(connection);
  const worker = connection.prepare<[number, string, number]>(
    'UPDATE attempts SET worker_pid = ?, environment = ? WHERE id = ?',
  );
  const log = connection.prepare<[number, number, string, string]>(
    'INSERT INTO log_lines (attempt_id, at, level, text) VALUES (?, ?, ?, ?)',
  );
  const stopStage = connection.prepare<[string]>(
    `UPDATE stages SET state = 'stopping' WHERE key = ? AND state = 'running'`,
  );
  const stopAttempt = connection.prepare<[string]>(
    `UPDATE attempts SET state = 'stopping'
     WHERE ended_at IS NULL AND stage_id = (SELECT id FROM stages WHERE key = ?)`,
  );
  const leases = connection.prepare<[], { attempt: number; host: number; key: StageKey }>(
    `SELECT l.attempt_id AS attempt, l.host_pid AS host, s.key
     FROM leases l JOIN stages s ON s.id = l.stage_id ORDER BY s.id`,
  );

  return {
    leaseStage: allOrNothing(connection, lease),
    recordWorker: allOrNothing(connection, ({ workerPid, environment, attempt }) => {
      worker.run(workerPid, JSON.stringify(environment), attempt);
    }) satisfies Write['recordWorker'],
    endAttempt: allOrNothing(connection, (end: AttemptEnd) => ends.end(end)),
    recordLog: allOrNothing(connection, (attempt, { at, level, text }) => {
      log.run(attempt, at, level, text);
    }) satisfies Write['recordLog'],
    markStopping: allOrNothing(connection, (stage: StageKey) => {
      stopStage.run(stage);
      stopAttempt.run(stage);
    }),
    releaseLeases: allOrNothing(connection, (isAlive, at) => {
      const orphans = leases.all().filter((held) => !isAlive(held.host));
      for (const { attempt } of orphans) ends.end({ attempt, end: hostDied, state: 'interrupted', at });
      return orphans.map((held) => held.key);
    }) satisfies Write['releaseLeases'],
  };
}

function prepareLease(connection: Connection): (lease: Lease) => number {
  const find = connection.prepare<[string], { id: number; state: StageState; waiting: number }>(`
    SELECT s.id, s.state, (
      SELECT count(*) FROM stage_inputs si JOIN stages i ON i.id = si.input_id
      WHERE si.stage_id = s.id AND i.state <> 'done'
    ) AS waiting
    FROM stages s WHERE s.key = ?`);
  const start = connection
    .prepare<{ stage: number; slot: string; device: string; hostPid: number; at: number }, number>(
      `INSERT INTO attempts (stage_id, state, slot, device, host_pid, started_at)
       VALUES (:stage, 'running', :slot, :device, :hostPid, :at) RETURNING id`,
    )
    .pluck();
  const run = connection.prepare<[number, number]>(
    `UPDATE stages SET state = 'running', attempt_id = ?, ended_at = NULL WHERE id = ?`,
  );
  const hold = connection.prepare<[number, number, number, number]>(
    'INSERT INTO leases (stage_id, attempt_id, host_pid, at) VALUES (?, ?, ?, ?)',
  );

  return ({ stage: key, slot, device, hostPid, at }) => {
    const stage = find.get(key);
    if (stage === undefined) throw new RangeError(`No stage has the key ${key}.`);
    if (stage.state !== 'queued' && stage.state !== 'interrupted')
      throw new RangeError(`Only a queued stage can be leased; ${key} is ${stage.state}.`);
    if (stage.waiting > 0)
      throw new RangeError(`Stage ${key} still waits for ${stage.waiting} of its inputs.`);
    const attempt = start.get({ stage: stage.id, slot, device, hostPid, at })!;
    run.run(attempt, stage.id);
    hold.run(stage.id, attempt, hostPid, at);
    return attempt;
  };
}
