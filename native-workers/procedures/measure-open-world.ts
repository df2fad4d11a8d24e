import type { OpenWorld } from '#contract/open-world.ts';
import { openWorldName } from '#contract/open-world.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { ProcedureContext } from './procedure.ts';

/** Pushes inputs of a source to random targets and asks detectors whether they accept them. */
// eslint-disable-next-line @typescript-eslint/require-await
export async function* measureOpenWorld(
  _context: ProcedureContext<'evaluate'>,
  setting: OpenWorld,
): AsyncGenerator<WorkerEvent, void, void> {
  yield { kind: 'started' };
  throw new BadInput(
    `${openWorldName(setting)} cannot be measured yet.`,
    'Leave openWorld out of the study.',
  );
}
