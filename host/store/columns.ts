import { z } from 'zod';
import { engineKindSchema, environmentSchema, type Environment } from '#contract/device.ts';
import { failureKinds } from '#contract/failure.ts';
import type { Settings, StageEnd } from '#contract/run.ts';
import { recipeSchema, type Recipe } from '#contract/stage.ts';
import type { Progress } from '#contract/views.ts';
import type { Artifact, Checkpoint } from '#contract/worker-protocol.ts';

/** The doors of columns that hold more than SQLite's own types; words of a closed list are guarded by CHECKs. */

const settingsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const endKindSchema = z.enum(failureKinds);

export const parseSettings = (text: string): Settings => settingsSchema.parse(JSON.parse(text));
export const parseRecipe = (text: string): Recipe => recipeSchema.parse(JSON.parse(text));
export const parseEnvironment = (text: string | null): Environment | undefined =>
  text === null ? undefined : environmentSchema.parse(JSON.parse(text));

export type EndColumns = {
  readonly end_kind: string | null;
  readonly end_message: string | null;
  readonly end_remedy: string | null;
};
export const parseEnd = (row: EndColumns): StageEnd | undefined =>
  row.end_kind === null
    ? undefined
    : {
        kind: endKindSchema.parse(row.end_kind),
        message: row.end_message ?? '',
        remedy: row.end_remedy ?? '',
      };

export type ProgressColumns = {
  readonly progress_done: number | null;
  readonly progress_total: number | null;
  readonly progress_unit: string | null;
  readonly progress_note: string | null;
  readonly progress_at: number | null;
  readonly progress_first_done: number | null;
  readonly progress_first_at: number | null;
};

/** The rate is that since the attempt's first word, so that it does not jump with every message. */
export function parseProgress(row: ProgressColumns): Progress | undefined {
  const { progress_done: done, progress_total: total } = row;
  if (done === null || total === null) return undefined;
  const seconds = ((row.progress_at ?? 0) - (row.progress_first_at ?? 0)) / 1000;
  const gained = done - (row.progress_first_done ?? 0);
  const perSecond = seconds > 0 && gained > 0 ? gained / seconds : undefined;
  return {
    done,
    total,
    unit: row.progress_unit ?? '',
    note: row.progress_note ?? '',
    perSecond,
    secondsLeft: perSecond === undefined ? undefined : Math.max(total - done, 0) / perSecond,
  };
}

export type ArtifactColumns = {
  readonly folder: string | null;
  readonly file: string | null;
  readonly artifact_sha256: string | null;
  readonly bytes: number | null;
};
export const parseArtifact = (row: ArtifactColumns): Artifact | undefined =>
  row.folder === null
    ? undefined
    : {
        folder: row.folder,
        ...(row.file === null ? {} : { file: row.file }),
        ...(row.artifact_sha256 === null ? {} : { sha256: row.artifact_sha256 }),
        bytes: row.bytes ?? 0,
      };

export type CheckpointColumns = {
  readonly checkpoint_path: string | null;
  readonly checkpoint_sha256: string | null;
  readonly checkpoint_step: number | null;
  readonly checkpoint_engine: string | null;
};
export const parseCheckpoint = (row: CheckpointColumns): Checkpoint | undefined =>
  row.checkpoint_path === null
    ? undefined
    : {
        path: row.checkpoint_path,
        sha256: row.checkpoint_sha256 ?? '',
        step: row.checkpoint_step ?? 0,
        ...(row.checkpoint_engine === null ? {} : { engine: engineKindSchema.parse(row.checkpoint_engine) }),
      };
