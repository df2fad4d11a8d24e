import { join, relative, sep } from 'node:path';
import type { RecipeOf, StageKind } from '#contract/stage.ts';
import type { Checkpoint, WorkerEvent } from '#contract/worker-protocol.ts';
import type { Engine } from '#workers/engine/engine.ts';

/** What a stage is executed with. Paths are absolute; only events carry paths relative to the workspace. */
export type StageContext = {
  readonly engine: Engine;
  readonly workspace: string;
  /** Folder that the stage may write to; it exists. */
  readonly folder: string;
  /** Artifact file of every input stage, by role (`data`, `model`, `source`, `fit <detector>`). */
  readonly inputs: Readonly<Record<string, string>>;
  /** Its path is relative to the workspace, as recorded. */
  readonly resume?: Checkpoint;
  /** Whether a soft stop was asked for. Awaiting it gives the process a turn to hear messages. */
  readonly stopRequested: () => Promise<boolean>;
  /** Milliseconds of any clock: it paces progress and checkpoints, and no result depends on it. */
  readonly now: () => number;
};
export type ProcedureContext<Kind extends StageKind> = StageContext & { readonly recipe: RecipeOf<Kind> };

/**
 * Executes one kind of stage. The first event is `started`, the last one `finished`, `stopped` or `failed`.
 * Throws BadInput for inputs that cannot be used; anything else thrown is a defect or the machine's.
 */
export type Procedure<Kind extends StageKind> = (
  context: ProcedureContext<Kind>,
) => AsyncGenerator<WorkerEvent, void, void>;

/** The path of a file as events name it: from the workspace on, with forward slashes. */
export const workspacePath = (context: Pick<StageContext, 'workspace'>, absolute: string): string =>
  relative(context.workspace, absolute).split(sep).join('/');

export const absolutePath = (context: Pick<StageContext, 'workspace'>, workspaceRelative: string): string =>
  join(context.workspace, ...workspaceRelative.split('/'));

/** The input of a role; a recipe that names it always comes with it. */
export function inputFile(context: StageContext, role: 'data' | 'model' | 'source'): string {
  const file = context.inputs[role];
  if (file !== undefined) return file;
  throw new Error(
    `This stage needs the input "${role}", but the host sent only: ${Object.keys(context.inputs).join(', ')}.`,
  );
}
