import { createEngine } from '#workers/engine/create-engine.ts';
import type { EngineKind } from '#workers/engine/engine.ts';

/** The same computation on an engine and on the reference, leaving the engine current. */
export async function onBoth<Result>(
  kind: EngineKind,
  compute: () => Promise<Result>,
): Promise<[Result, Result]> {
  await createEngine('reference');
  const expected = await compute();
  await createEngine(kind);
  return [await compute(), expected];
}
