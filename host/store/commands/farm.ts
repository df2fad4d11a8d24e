import { allOrNothing, type Connection } from '../connection.ts';
import type { WritableStore } from '../store.ts';

type Write = Pick<WritableStore, 'claimHost' | 'releaseHost' | 'setFarmPaused'>;

/** One host per workspace: two would give the same stage away twice. */
export function writeFarm(connection: Connection): Write {
  const claimed = connection.prepare<[], number>('SELECT pid FROM host_claim').pluck();
  const claim = connection.prepare<[number, number]>(
    'INSERT OR REPLACE INTO host_claim (id, pid, at) VALUES (1, ?, ?)',
  );
  const release = connection.prepare<[number]>('DELETE FROM host_claim WHERE pid = ?');
  const pause = connection.prepare<[number]>('UPDATE farm SET paused = ?');
  return {
    claimHost: allOrNothing(connection, (host, isAlive) => {
      const pid = claimed.get();
      if (pid !== undefined && pid !== host.pid && isAlive(pid)) return { kind: 'taken', pid };
      claim.run(host.pid, host.at);
      return { kind: 'claimed' };
    }) satisfies Write['claimHost'],
    releaseHost: allOrNothing(connection, (pid) => void release.run(pid)) satisfies Write['releaseHost'],
    setFarmPaused: allOrNothing(
      connection,
      (paused) => void pause.run(paused ? 1 : 0),
    ) satisfies Write['setFarmPaused'],
  };
}
