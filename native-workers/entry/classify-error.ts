import type { Failure } from '#contract/failure.ts';
import { BadInput } from '#workers/data/bad-input.ts';

const saysMemoryRanOut = /out of memory|allocation failed|cannot enlarge memory|could not allocate|\bOOM\b/i;

/** What a thrown value means to a person. */
export function classifyError(error: unknown): Failure {
  const { message, detail } = describe(error);
  if (error instanceof BadInput) return { kind: 'bad-input', message, remedy: error.remedy };
  if (isDiskFull(error))
    return {
      kind: 'disk-full',
      message: `The disk is full: ${message}`,
      remedy: 'Free some disk space, then retry the stage; it goes on from its last checkpoint.',
    };
  if (saysMemoryRanOut.test(message))
    return {
      kind: 'out-of-memory',
      message: `Memory ran out: ${message}`,
      remedy: 'Use fewer slots, a smaller batch or a smaller network, or close other programs.',
      detail,
    };
  return {
    kind: 'defect',
    message: `The stage failed unexpectedly: ${message}`,
    remedy: 'This is an error in Redoubt, not in the study: please report it with the log of the attempt.',
    detail,
  };
}

/** After these the engine of this process computes nothing any more: only a new process helps. */
export const endsEngine = (error: unknown): boolean =>
  error instanceof WebAssembly.RuntimeError || classifyError(error).kind === 'out-of-memory';

function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function describe(error: unknown): { readonly message: string; readonly detail: string } {
  if (!(error instanceof Error)) return { message: String(error), detail: String(error) };
  return { message: error.message, detail: error.stack ?? error.message };
}
