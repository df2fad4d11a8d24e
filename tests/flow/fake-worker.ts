// A worker that speaks the protocol and computes nothing. Its steps are counted in checkpoints like those of a real one.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { engineKindSchema } from '#contract/device.ts';
import {
  hostMessageSchema,
  type Checkpoint,
  type StartMessage,
  type WorkerEvent,
  type WorkerMessage,
} from '#contract/worker-protocol.ts';
import {
  behavioursFile,
  curveValue,
  plainBehaviour,
  traceFile,
  type FakeBehaviour,
  type FakeBehaviours,
  type Mishap,
  type TraceEntry,
} from './fake-behaviour.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { workspace: text, device: text, 'device-kind': text, adapter: text, engine: text, threads: text },
});
const engine = engineKindSchema.parse(values.engine);
const workspace = values.workspace ?? '';
const resendMs = 50;

class Outbox {
  readonly #attempt: number;
  readonly #behaviour: FakeBehaviour;
  readonly #unacknowledged = new Map<number, WorkerMessage>();
  #seq = 0;
  #lostAcks: number;

  constructor(attempt: number, behaviour: FakeBehaviour) {
    this.#attempt = attempt;
    this.#behaviour = behaviour;
    this.#lostAcks = behaviour.lostAcks;
  }

  post(...events: WorkerEvent[]): void {
    const message: WorkerMessage = { kind: 'batch', attempt: this.#attempt, seq: ++this.#seq, events };
    this.#unacknowledged.set(this.#seq, message);
    send(message);
    if (this.#behaviour.sendsTwice) send(message);
  }

  acknowledge(through: number): void {
    if (this.#lostAcks-- > 0) return;
    for (const seq of this.#unacknowledged.keys()) if (seq <= through) this.#unacknowledged.delete(seq);
  }

  async drain(): Promise<void> {
    for (let waitedMs = 0; this.#unacknowledged.size > 0; waitedMs += 5) {
      await sleep(5);
      if (waitedMs % resendMs === 0) for (const message of this.#unacknowledged.values()) send(message);
    }
  }
}

type Work = { readonly outbox: Outbox; isStopRequested: boolean };
/** By attempt: while acknowledgements are missing, the host may begin the next one. */
const works = new Map<number, Work>();

process.on('SIGINT', () => undefined);
if (process.env['FAKE_WORKER_SURVIVES'] !== '1') process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  const parsed = hostMessageSchema.parse(message);
  switch (parsed.kind) {
    case 'start':
      void work(parsed);
      break;
    case 'ack':
      works.get(parsed.attempt)?.outbox.acknowledge(parsed.through);
      break;
    case 'stop': {
      const stopped = works.get(parsed.attempt);
      if (stopped !== undefined) stopped.isStopRequested = true;
      break;
    }
    case 'exit':
      process.exit(0);
  }
});
send({
  kind: 'ready',
  environment: {
    redoubt: '0.0.0',
    engine,
    engineVersion: 'fake',
    device: values.device ?? '',
    node: process.versions.node,
    platform: process.platform,
  },
});

async function work(start: StartMessage): Promise<void> {
  const behaviour = behaviourOf(start);
  const outbox = new Outbox(start.attempt, behaviour);
  const mine: Work = { outbox, isStopRequested: false };
  works.set(start.attempt, mine);
  const fromStep = start.resume === undefined ? 0 : readStep(start.resume);
  trace('start', start, fromStep);
  outbox.post({ kind: 'started', ...(start.resume === undefined ? {} : { resumedFromStep: fromStep }) });
  for (let step = fromStep + 1; step <= behaviour.steps; step++) {
    await sleep(behaviour.stepMs);
    if (mine.isStopRequested && !behaviour.ignoresStop) {
      outbox.post({ kind: 'checkpoint', checkpoint: saveCheckpoint(start, step - 1) }, { kind: 'stopped' });
      await outbox.drain();
      trace('stop', start, step - 1);
      return;
    }
    if (isDue(start, behaviour, step)) {
      trace('mishap', start, step);
      if (await suffer(behaviour.mishap!.what, outbox)) return;
    }
    outbox.post(...eventsOf(start, behaviour, step));
  }
  outbox.post({ kind: 'finished', artifact: saveArtifact(start) });
  await outbox.drain();
  trace('finish', start, fromStep);
}

function eventsOf(start: StartMessage, behaviour: FakeBehaviour, step: number): WorkerEvent[] {
  const points = {
    name: 'train.loss',
    steps: Int32Array.of(step),
    values: Float64Array.of(curveValue(start.stage, step)),
  };
  const total = behaviour.steps;
  return [
    { kind: 'metric', points: [points] },
    { kind: 'progress', done: step, total, unit: 'examples', note: `step ${step} of ${total}` },
    ...(step % behaviour.checkpointEvery === 0
      ? [{ kind: 'checkpoint', checkpoint: saveCheckpoint(start, step) } as const]
      : []),
  ];
}

/** Whether the work ends with the mishap; several of them end the process. */
async function suffer(mishap: Mishap, outbox: Outbox): Promise<boolean> {
  switch (mishap) {
    case 'exit-with-code':
      console.error('The fake worker leaves with code 3.');
      return process.exit(3);
    case 'die-within-a-batch': {
      const count = 2_000_000;
      const points = { name: 'big', steps: new Int32Array(count), values: new Float64Array(count) };
      outbox.post({ kind: 'metric', points: [points] });
      process.kill(process.pid, 'SIGTERM');
      return sleep(60_000, true);
    }
    case 'abort':
      return process.abort();
    case 'exhaust-heap': {
      const hoard: number[][] = [];
      for (;;) hoard.push(Array.from({ length: 100_000 }, (_, index) => index + 0.5));
    }
    case 'send-nonsense':
      process.send?.({ kind: 'batch', attempt: 'the first', seq: -1, events: [] });
      return sleep(60_000, true);
    case 'fail-for-memory':
    case 'diverge': {
      const kind = mishap === 'diverge' ? 'diverged' : 'out-of-memory';
      outbox.post({
        kind: 'failed',
        failure: { kind, message: 'Said by the fake worker.', remedy: 'None.' },
      });
      await outbox.drain();
      return true;
    }
  }
}

/** A mishap strikes so many attempts and then no more: a file in the stage's folder counts. */
function isDue(start: StartMessage, { mishap }: FakeBehaviour, step: number): boolean {
  if (mishap?.step !== step) return false;
  const tally = join(workspace, start.folder, 'mishaps');
  const count = existsSync(tally) ? readFileSync(tally, 'utf8').length : 0;
  if (count >= mishap.times) return false;
  appendFileSync(tally, '.');
  return true;
}

function saveCheckpoint(start: StartMessage, step: number): Checkpoint {
  const path = `${start.folder}/checkpoint-${step}`;
  const text = JSON.stringify({ stage: start.stage, step });
  writeFileSync(join(workspace, `${path}.new`), text);
  renameSync(join(workspace, `${path}.new`), join(workspace, path));
  return { path, sha256: sha256(text), step, engine };
}

function readStep({ path, step }: Checkpoint): number {
  const saved = JSON.parse(readFileSync(join(workspace, path), 'utf8')) as { readonly step: number };
  if (saved.step !== step) throw new Error(`Checkpoint ${path} is of step ${saved.step}, not ${step}.`);
  return step;
}

/** Its text holds the texts of the inputs, so that a wrong input shows. */
function saveArtifact(start: StartMessage) {
  const text = JSON.stringify({
    stage: start.stage,
    inputs: Object.entries(start.inputs).map(([role, file]) => [
      role,
      sha256(readFileSync(join(workspace, file), 'utf8')),
    ]),
  });
  const file = `${start.folder}/result.json`;
  writeFileSync(join(workspace, file), text);
  return { folder: start.folder, file, sha256: sha256(text), bytes: text.length };
}

function behaviourOf(start: StartMessage): FakeBehaviour {
  const file = join(workspace, behavioursFile);
  const behaviours = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FakeBehaviours) : {};
  return { ...plainBehaviour, ...behaviours[start.stage] };
}

function trace(what: TraceEntry['what'], { stage, attempt }: StartMessage, fromStep: number): void {
  const entry: TraceEntry = { what, stage, attempt, pid: process.pid, fromStep };
  appendFileSync(join(workspace, traceFile), `${JSON.stringify(entry)}\n`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function send(message: WorkerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
