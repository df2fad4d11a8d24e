import { describe, expect, it } from 'vitest';
import { classifyExit, type WorkerExit } from './classify-exit.ts';

const exit = (fields: Partial<WorkerExit>): WorkerExit => ({
  code: null,
  signal: null,
  lastWords: [],
  ...fields,
});

describe('classifyExit', () => {
  it.each<[string, Partial<WorkerExit>]>([
    ['the abort of a full heap', { signal: 'SIGABRT' }],
    ['the same as an exit code', { code: 134 }],
    ["the system's own kill", { signal: 'SIGKILL' }],
    ['an exit whose stderr says so', { code: 1, lastWords: ['RangeError: Array buffer allocation failed'] }],
    ['a WebAssembly memory at its end', { code: 7, lastWords: ['x', 'Cannot enlarge memory arrays', 'y'] }],
  ])('takes %s for memory that ran out', (_, fields) => {
    expect(classifyExit(exit(fields)).kind).toBe('out-of-memory');
  });

  it.each<[string, Partial<WorkerExit>]>([
    ['an exit code', { code: 1 }],
    ['a crash', { signal: 'SIGSEGV' }],
    ['an end without a word', { code: 0 }],
  ])('takes %s for a worker that died', (_, fields) => {
    expect(classifyExit(exit(fields)).kind).toBe('worker-died');
  });

  it('keeps the last words and names how the process ended', () => {
    const failure = classifyExit(exit({ code: 3, lastWords: ['first', 'last'] }));
    expect(failure.message).toContain('exit code 3');
    expect(failure.detail).toBe('first\nlast');
  });

  it('quotes the error of a stack trace', () => {
    const lastWords = ['file.ts:3', "TypeError: Cannot read 'x'", '    at main (file.ts:3:1)', 'Node.js v24'];
    expect(classifyExit(exit({ code: 1, lastWords })).message).toBe(
      "The worker ended unexpectedly with exit code 1: TypeError: Cannot read 'x'.",
    );
  });
});
