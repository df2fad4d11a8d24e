/**
 * Runs as a thread of its own: a long computation keeps the main thread from hearing that the host has died.
 * Nobody should be left computing for nobody.
 */
const host = process.ppid;
const periodMs = 1000;

setInterval(() => {
  if (process.ppid !== host || !isAlive(host)) process.kill(process.pid, 'SIGKILL');
}, periodMs);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
