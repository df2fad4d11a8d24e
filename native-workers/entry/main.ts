import { Worker } from 'node:worker_threads';
import { chooseTuning } from './choose-tuning.ts';
import { hostMessageSchema, type HostMessage, type WorkerMessage } from '#contract/worker-protocol.ts';
import { describeEnvironment } from './environment.ts';
import { parseOptions } from './options.ts';
import { startEngine } from './start-engine.ts';
import { createStageRunner } from './stage-runner.ts';

/** A worker process: the host starts it, sends it stages over Node's IPC, and hears what became of them. */

const tickPeriodMs = 100;

if (process.send === undefined) {
  console.error('This is a worker of Redoubt. It is started by the host: redoubt serve, redoubt run.');
  process.exit(2);
}
// Before anything slow: a host that dies meanwhile must not leave this process behind.
process.on('disconnect', () => process.exit(0));
// Ctrl+C in a terminal is for the host, which stops its workers softly.
process.on('SIGINT', () => undefined);
new Worker(new URL('orphan-watch.ts', import.meta.url)).unref();

const options = parseOptions(process.argv.slice(2));
const tuning = chooseTuning();
const started = await startEngine({ ...options, ...(tuning && { tuning }) }, (reason) => {
  process.stderr.write(`${reason}\n`);
});
const runner = createStageRunner({
  engine: started.engine,
  workspace: options.workspace,
  send,
  now: () => performance.now(),
  giveUp(reason) {
    process.stderr.write(`${reason}\n`, () => process.exit(1));
  },
});
setInterval(() => {
  runner.tick();
}, tickPeriodMs);
process.on('message', (message) => {
  hear(hostMessageSchema.parse(message));
});
send({ kind: 'ready', environment: describeEnvironment(started) }, () => undefined);

function hear(message: HostMessage): void {
  switch (message.kind) {
    case 'start':
      runner.start(message);
      break;
    case 'ack':
      runner.acknowledge(message.attempt, message.through);
      break;
    case 'stop':
      runner.stop(message.attempt);
      break;
    case 'exit':
      process.exit(0);
  }
}

/** A message that cannot be sent any more has no reader either: the end of the channel ends the process. */
function send(message: WorkerMessage, onSent: () => void): void {
  process.send?.(message, undefined, undefined, onSent);
}
