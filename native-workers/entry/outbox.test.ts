import { describe, expect, it } from 'vitest';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { createOutbox, resendPeriodMs, type BatchMessage } from './outbox.ts';

const log = (text: string): WorkerEvent => ({ kind: 'log', level: 'info', text });

/** An outbox whose clock and wire the test holds. */
function layOut({ wireIsFree = true } = {}) {
  const sent: BatchMessage[] = [];
  const clock = { time: 0 };
  const outbox = createOutbox({
    attempt: 7,
    now: () => clock.time,
    send: (message, onSent) => {
      sent.push(message);
      if (wireIsFree) onSent();
    },
  });
  const wait = (ms: number): void => {
    clock.time += ms;
    outbox.tick();
  };
  return { outbox, sent, wait, seqs: () => sent.map(({ seq }) => seq) };
}

describe('an outbox', () => {
  it('sends what gathered since the last tick as one batch, numbered from 1', () => {
    const { outbox, sent, wait } = layOut();
    outbox.post(log('a'));
    outbox.post(log('b'));
    wait(100);
    outbox.post(log('c'));
    wait(100);
    expect(sent).toEqual([
      { kind: 'batch', attempt: 7, seq: 1, events: [log('a'), log('b')] },
      { kind: 'batch', attempt: 7, seq: 2, events: [log('c')] },
    ]);
  });

  it('sends the end of an attempt at once', () => {
    const { outbox, seqs } = layOut();
    outbox.post({ kind: 'stopped' });
    expect(seqs()).toEqual([1]);
  });

  it('repeats, in order, what nobody acknowledged, and nothing that was', () => {
    const { outbox, seqs, wait } = layOut();
    for (const text of ['a', 'b', 'c']) {
      outbox.post(log(text));
      wait(1);
    }
    outbox.acknowledge(1);
    wait(resendPeriodMs);
    expect(seqs()).toEqual([1, 2, 3, 2, 3]);
    outbox.acknowledge(3);
    wait(resendPeriodMs);
    expect(seqs()).toHaveLength(5);
    expect(outbox.isEmpty()).toBe(true);
  });

  it('does not repeat what has not yet left the process', () => {
    const { outbox, seqs, wait } = layOut({ wireIsFree: false });
    outbox.post(log('a'));
    wait(1);
    wait(10 * resendPeriodMs);
    expect(seqs()).toEqual([1]);
  });

  it('repeats older batches before it sends a new one', () => {
    const { outbox, seqs, wait } = layOut();
    outbox.post(log('a'));
    wait(1);
    outbox.post(log('b'));
    wait(resendPeriodMs);
    expect(seqs()).toEqual([1, 1, 2]);
  });
});
