import type { WorkerEvent, WorkerMessage } from '#contract/worker-protocol.ts';
import { compactEvents } from './compact-events.ts';

export type BatchMessage = Extract<WorkerMessage, { kind: 'batch' }>;

/** The events of one attempt on their way to the host: batched, numbered, kept until acknowledged. */
export type Outbox = {
  post(event: WorkerEvent): void;
  /** Sends what has gathered, and again what has been waiting too long for its acknowledgement. */
  tick(): void;
  acknowledge(through: number): void;
  isEmpty(): boolean;
};

export type OutboxOptions = {
  readonly attempt: number;
  /** Calls `onSent` when the message has left the process: until then it is not sent again. */
  readonly send: (message: BatchMessage, onSent: () => void) => void;
  /** Milliseconds of any clock. */
  readonly now: () => number;
};

/** So many events are not kept waiting for the next tick. */
const mostPending = 500;
export const resendPeriodMs = 2000;

type SentBatch = { readonly message: BatchMessage; sentAt: number; isLeaving: boolean };

export function createOutbox({ attempt, send, now }: OutboxOptions): Outbox {
  const unacknowledged: SentBatch[] = [];
  let pending: WorkerEvent[] = [];
  let seq = 0;
  const dispatch = (batch: SentBatch): void => {
    batch.sentAt = now();
    batch.isLeaving = true;
    send(batch.message, () => {
      batch.isLeaving = false;
    });
  };
  const flush = (): void => {
    if (pending.length === 0) return;
    seq += 1;
    const message: BatchMessage = { kind: 'batch', attempt, seq, events: compactEvents(pending) };
    pending = [];
    const batch: SentBatch = { message, sentAt: 0, isLeaving: false };
    unacknowledged.push(batch);
    dispatch(batch);
  };
  return {
    post(event) {
      pending.push(event);
      if (pending.length >= mostPending || endsAttempt(event)) flush();
    },
    tick() {
      for (const batch of unacknowledged)
        if (!batch.isLeaving && now() - batch.sentAt >= resendPeriodMs) dispatch(batch);
      flush();
    },
    acknowledge(through) {
      const first = unacknowledged.findIndex(({ message }) => message.seq > through);
      unacknowledged.splice(0, first === -1 ? unacknowledged.length : first);
    },
    isEmpty: () => pending.length === 0 && unacknowledged.length === 0,
  };
}

export const endsAttempt = (event: WorkerEvent): boolean =>
  event.kind === 'finished' || event.kind === 'failed' || event.kind === 'stopped';
