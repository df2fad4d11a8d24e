import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StartMessage } from '#contract/worker-protocol.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { execute } from '#workers/procedures/procedures.ts';
import { classifyError, endsEngine } from './classify-error.ts';
import { createOutbox, endsAttempt, type Outbox, type OutboxOptions } from './outbox.ts';

/** Executes one stage at a time and has its events delivered. */
export type StageRunner = {
  start(message: StartMessage): void;
  /** Asks for a soft stop. An attempt that is over, or never was here, is left alone. */
  stop(attempt: number): void;
  acknowledge(attempt: number, through: number): void;
  /** To be called about ten times a second. */
  tick(): void;
};

export type RunnerOptions = {
  readonly engine: Engine;
  readonly workspace: string;
  readonly send: OutboxOptions['send'];
  readonly now: () => number;
  /** The engine of this process is lost; says so in words and ends the process. */
  readonly giveUp: (reason: string) => void;
};

export function createStageRunner(options: RunnerOptions): StageRunner {
  /** Those of ended attempts stay until everything is acknowledged. */
  const outboxes = new Map<number, Outbox>();
  let running: { readonly attempt: number; isStopRequested: boolean } | undefined;

  const run = async (message: StartMessage, outbox: Outbox): Promise<void> => {
    const work = { attempt: message.attempt, isStopRequested: false };
    running = work;
    const stopRequested = async (): Promise<boolean> => {
      await nextTurn();
      return work.isStopRequested;
    };
    try {
      await deliver(options, { message, outbox, stopRequested });
    } catch (error) {
      const failure = classifyError(error);
      if (endsEngine(error)) options.giveUp(`${failure.message}\n${failure.detail ?? ''}`);
      else outbox.post({ kind: 'failed', failure });
    } finally {
      running = undefined;
    }
  };

  return {
    start(message) {
      const outbox = createOutbox({ ...options, attempt: message.attempt });
      outboxes.set(message.attempt, outbox);
      if (running === undefined) void run(message, outbox);
      else outbox.post({ kind: 'failed', failure: classifyError(busyWith(running.attempt)) });
    },
    stop(attempt) {
      if (running?.attempt === attempt) running.isStopRequested = true;
    },
    acknowledge(attempt, through) {
      outboxes.get(attempt)?.acknowledge(through);
      if (running?.attempt !== attempt && outboxes.get(attempt)?.isEmpty() === true) outboxes.delete(attempt);
    },
    tick() {
      for (const outbox of outboxes.values()) outbox.tick();
    },
  };
}

type Delivery = {
  readonly message: StartMessage;
  readonly outbox: Outbox;
  readonly stopRequested: () => Promise<boolean>;
};

async function deliver(
  { engine, workspace, now }: RunnerOptions,
  { message, outbox, stopRequested }: Delivery,
): Promise<void> {
  const absolute = (path: string): string => join(workspace, ...path.split('/'));
  const inputs = Object.fromEntries(
    Object.entries(message.inputs).map(([role, path]) => [role, absolute(path)]),
  );
  const events = execute(message.recipe, {
    engine,
    workspace,
    folder: absolute(message.folder),
    inputs,
    ...(message.resume === undefined ? {} : { resume: message.resume }),
    stopRequested,
    now,
  });
  let isOver = false;
  for await (const event of events) {
    outbox.post(event);
    isOver = endsAttempt(event);
  }
  if (!isOver) throw new Error(`The ${message.recipe.kind} procedure ended without saying how.`);
}

const busyWith = (attempt: number): Error =>
  new Error(`A worker executes one stage at a time, and attempt ${attempt} is still running here.`);
