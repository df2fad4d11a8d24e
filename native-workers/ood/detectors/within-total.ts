import type { FitProgress } from './detector-rule.ts';

/** The progress of one pass as that of all passes of a fit, of which `before` examples were seen by earlier ones. */
export async function* withinTotal<Result>(
  pass: AsyncGenerator<FitProgress, Result, void>,
  { before, total }: { readonly before: number; readonly total: number },
): AsyncGenerator<FitProgress, Result, void> {
  try {
    for (;;) {
      const step = await pass.next();
      if (step.done === true) return step.value;
      yield { done: before + step.value.done, total };
    }
  } finally {
    await pass.return(undefined as never);
  }
}
