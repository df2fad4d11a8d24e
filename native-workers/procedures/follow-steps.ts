import type { WorkerEvent } from '#contract/worker-protocol.ts';
import type { StageContext } from './procedure.ts';

/**
 * Ends with the result of the steps, or with nothing where a stop was asked for, which is heard between any two of
 * them. After each step `tell` may say something.
 */
export async function* followSteps<Step, Result>(
  context: Pick<StageContext, 'stopRequested'>,
  steps: AsyncGenerator<Step, Result, void>,
  tell: (step: Step) => WorkerEvent | undefined,
): AsyncGenerator<WorkerEvent, { readonly result: Result } | undefined, void> {
  try {
    while (!(await context.stopRequested())) {
      const step = await steps.next();
      if (step.done) return { result: step.value };
      const event = tell(step.value);
      if (event !== undefined) yield event;
    }
    return undefined;
  } finally {
    await steps.return(undefined as never);
  }
}
