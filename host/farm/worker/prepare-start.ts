import { createHash } from 'node:crypto';
import { createReadStream, type PathLike } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Failure } from '#contract/failure.ts';
import type { Checkpoint, StartMessage } from '#contract/worker-protocol.ts';
import type { PendingStage, ReadableStore } from '#host/store/store.ts';
import type { Workspace } from '#host/workspace.ts';

export type Preparation =
  | { readonly kind: 'prepared'; readonly message: StartMessage; readonly warnings: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type PreparationOptions = {
  readonly attempt: number;
  readonly stage: PendingStage;
  readonly workspace: Workspace;
  readonly store: Pick<ReadableStore, 'stage' | 'artifactOf'>;
};

/** Makes a stage's folder, finds its inputs and judges its checkpoint: everything that a worker is told at the start. */
export async function prepareStart(options: PreparationOptions): Promise<Preparation> {
  const { attempt, stage, workspace, store } = options;
  try {
    const recipe = store.stage(stage.key)?.recipe;
    if (recipe === undefined) return { kind: 'failed', failure: removedStage };
    const folder = workspace.stageFolder(stage.key);
    await mkdir(folder, { recursive: true });
    const inputs = await findInputs(options);
    if (inputs.kind === 'missing') return { kind: 'failed', failure: missingInput(inputs) };
    const resume = await judgeCheckpoint(stage.checkpoint, workspace);
    const message: StartMessage = {
      kind: 'start',
      attempt,
      stage: stage.key,
      recipe,
      inputs: inputs.files,
      folder: workspace.relative(folder),
      ...(resume.kind === 'sound' ? { resume: resume.checkpoint } : {}),
    };
    return { kind: 'prepared', message, warnings: resume.kind === 'unsound' ? [resume.warning] : [] };
  } catch (error) {
    return { kind: 'failed', failure: unpreparedFolder(error) };
  }
}

type FoundInputs =
  | { readonly kind: 'found'; readonly files: Record<string, string> }
  | { readonly kind: 'missing'; readonly label: string; readonly file: string | undefined };

async function findInputs({ stage, workspace, store }: PreparationOptions): Promise<FoundInputs> {
  const files: Record<string, string> = {};
  for (const input of stage.inputs) {
    const file = store.artifactOf(input.key)?.file;
    if (file === undefined || !(await exists(workspace.resolve(file))))
      return { kind: 'missing', label: input.label, file };
    files[input.role] = file;
  }
  return { kind: 'found', files };
}

type JudgedCheckpoint =
  | { readonly kind: 'none' }
  | { readonly kind: 'sound'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'unsound'; readonly warning: string };

/** A checkpoint is used only as it was recorded, byte for byte. */
async function judgeCheckpoint(
  checkpoint: Checkpoint | undefined,
  workspace: Workspace,
): Promise<JudgedCheckpoint> {
  if (checkpoint === undefined) return { kind: 'none' };
  const { path, sha256, step } = checkpoint;
  const file = workspace.resolve(path);
  if (!(await exists(file)))
    return {
      kind: 'unsound',
      warning: `The checkpoint of step ${step}, ${path}, is missing: starting over.`,
    };
  if ((await hashFile(file)) === sha256) return { kind: 'sound', checkpoint };
  return {
    kind: 'unsound',
    warning: `The checkpoint of step ${step}, ${path}, is not the one that was recorded (its sha256 differs): starting over.`,
  };
}

async function hashFile(file: PathLike): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const removedStage: Failure = {
  kind: 'cancelled',
  message: 'The stage was removed together with its study.',
  remedy: 'Submit the study again if the stage is still wanted.',
};

const missingInput = ({ label, file }: Extract<FoundInputs, { kind: 'missing' }>): Failure => ({
  kind: 'bad-input',
  message: `The result of "${label}" is not where it was recorded${file === undefined ? '' : `: ${file} is missing`}.`,
  remedy: 'Put the file back, or remove the study and submit it again.',
});

function unpreparedFolder(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return isFull
    ? { kind: 'disk-full', message, remedy: 'Free some disk space, then retry the stage.' }
    : {
        kind: 'bad-input',
        message: `The stage's folder or inputs could not be opened: ${message}`,
        remedy: 'Check that the workspace can be read and written, then retry the stage.',
      };
}
