import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { askKnownAnswers } from '#workers/engine/known-answers.ts';
import type { Tuning } from '#workers/engine/onnx/tuning/start-tuner.ts';
import type { WorkerOptions } from './options.ts';

/** `kind` is that of the engine which runs; it may be another than the one asked for. */
export type StartedEngine = { readonly kind: WorkerOptions['engine']; readonly engine: Engine };

type Wanted = Pick<WorkerOptions, 'engine' | 'threads' | 'deviceKind' | 'adapter'> & {
  readonly tuning?: Tuning;
};

/**
 * Starts the engine asked for on the device asked for. Where that fails the processor computes, and where the engine
 * fails there too, the next one, at last the one that runs anywhere; `warn` then hears why.
 */
export async function startEngine(
  { engine: kind, threads, deviceKind: device, adapter, tuning }: Wanted,
  warn: (reason: string) => void,
  ask: () => Promise<void> = askKnownAnswers,
): Promise<StartedEngine> {
  if (kind === 'wasm') return { kind, engine: await createEngine(kind) };
  try {
    return {
      kind,
      engine: await askedEngine(
        kind,
        { threads, device, ...(adapter !== undefined && { adapter }), ...(tuning && { tuning }) },
        ask,
      ),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (device !== 'cpu') {
      warn(`The ${kind} engine failed its test on ${device}, so the processor computes instead: ${reason}`);
      return startEngine({ engine: kind, threads, deviceKind: 'cpu', ...(tuning && { tuning }) }, warn, ask);
    }
    const next = kind === 'tensorflow' ? 'onnx' : 'wasm';
    warn(
      `The ${kind} engine failed its test at the start, so the ${next} engine computes instead: ${reason}`,
    );
    return startEngine({ engine: next, threads, deviceKind: 'cpu', ...(tuning && { tuning }) }, warn, ask);
  }
}

async function askedEngine(
  kind: WorkerOptions['engine'],
  settings: Parameters<typeof createEngine>[1],
  ask: () => Promise<void>,
): Promise<Engine> {
  const engine = await createEngine(kind, settings);
  try {
    await ask();
    return engine;
  } catch (error) {
    engine.dispose();
    throw error;
  }
}
