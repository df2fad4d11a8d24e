import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { askKnownAnswers } from '#workers/engine/known-answers.ts';
import type { WorkerOptions } from './options.ts';

/** `kind` is that of the engine which runs; it may be another than the one asked for. */
export type StartedEngine = { readonly kind: WorkerOptions['engine']; readonly engine: Engine };

/** Starts the engine asked for, or the one that runs anywhere where that one fails; `warn` then hears why. */
export async function startEngine(
  { engine: kind, threads }: Pick<WorkerOptions, 'engine' | 'threads'>,
  warn: (reason: string) => void,
  ask: () => Promise<void> = askKnownAnswers,
): Promise<StartedEngine> {
  if (kind === 'wasm') return { kind, engine: await createEngine(kind) };
  try {
    const engine = await createEngine(kind, { threads });
    await ask();
    return { kind, engine };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn(`The ${kind} engine failed its test at the start, so the wasm engine computes instead: ${reason}`);
    return { kind: 'wasm', engine: await createEngine('wasm') };
  }
}
