import type { Connection } from '../connection.ts';
import type { ReadableStore } from '../store.ts';

export function readFarm(connection: Connection): Pick<ReadableStore, 'isFarmPaused' | 'hostClaim'> {
  const paused = connection.prepare<[], number>('SELECT paused FROM farm').pluck();
  const claim = connection.prepare<[], { pid: number; at: number }>('SELECT pid, at FROM host_claim');
  return { isFarmPaused: () => paused.get() === 1, hostClaim: () => claim.get() };
}
