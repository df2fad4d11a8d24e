import { readFileSync } from 'node:fs';
import { splitManifestSchema, type SplitManifest } from '#contract/dataset.ts';
import type { ReadableStore } from '#host/store/store.ts';
import type { Workspace } from '#host/workspace.ts';
import type { StageKey } from '#contract/stage.ts';

/** What an import stage left behind; nothing where it is not done, or its file is gone. */
export function loadSplit(
  { store, workspace }: { readonly store: ReadableStore; readonly workspace: Workspace },
  importStage: StageKey,
): SplitManifest | undefined {
  const file = store.artifactOf(importStage)?.file;
  if (file === undefined) return undefined;
  try {
    return splitManifestSchema.parse(JSON.parse(readFileSync(workspace.resolve(file), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Names of the classes that the task knows, in the order of its labels; none where the split is gone. */
export const taskClassNames = (split: SplitManifest | undefined): string[] =>
  split?.manifest.classes.filter((name) => split.heldOut?.includes(name) !== true) ?? [];
