import type { Failure } from '#contract/failure.ts';

/** How a worker process ended that nobody had told to end. */
export type WorkerExit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its last lines of stderr, oldest first. */
  readonly lastWords: readonly string[];
};

const saysMemoryRanOut =
  /heap out of memory|allocation failed|out of memory|cannot enlarge memory|bad_alloc|ENOMEM/i;
/** What a shell, Windows and Node make of SIGABRT: V8 aborts when its heap is full. */
const abortCode = 134;

export function classifyExit(exit: WorkerExit): Failure {
  const detail = exit.lastWords.join('\n');
  const isOutOfMemory =
    exit.signal === 'SIGKILL' ||
    exit.signal === 'SIGABRT' ||
    exit.code === abortCode ||
    saysMemoryRanOut.test(detail);
  return isOutOfMemory ? outOfMemory(exit, detail) : workerDied(exit, detail);
}

const outOfMemory = (exit: WorkerExit, detail: string): Failure => ({
  kind: 'out-of-memory',
  message:
    exit.signal === 'SIGKILL'
      ? 'The system ended the worker (SIGKILL), which it does when memory runs out.'
      : `The worker ran out of memory and ended with ${describeEnd(exit)}.`,
  remedy: 'Use fewer slots, a smaller batch or a smaller network, or close other programs.',
  detail,
});

const workerDied = (exit: WorkerExit, detail: string): Failure => ({
  kind: 'worker-died',
  message: `The worker ended unexpectedly with ${describeEnd(exit)}${quoteError(exit.lastWords)}.`,
  remedy:
    'The log of the attempt holds its last words. Retry the stage; it goes on from its last checkpoint.',
  detail,
});

/** The line of a stack trace that says what went wrong: `: ReferenceError: x is not defined`. */
function quoteError(lastWords: readonly string[]): string {
  const line = lastWords.findLast((words) => /^\w*Error\b.*: /.test(words));
  return line === undefined ? '' : `: ${line.replace(/\.$/, '')}`;
}

const describeEnd = (exit: WorkerExit): string =>
  exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
