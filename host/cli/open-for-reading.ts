import { existsSync } from 'node:fs';
import { openStore } from '#host/store/open-store.ts';
import type { ReadableStore, StoredStudy } from '#host/store/store.ts';
import { defaultWorkspaceFolder, openWorkspace, type Workspace } from '#host/workspace.ts';
import { UsageError } from './exit-codes.ts';

export type OpenWorkspace = { readonly workspace: Workspace; readonly store: ReadableStore };

/** Opens a workspace that something was done in; makes none. Whoever opens it closes the store. */
export function openForReading(folder: string | undefined): OpenWorkspace {
  const chosen = folder ?? defaultWorkspaceFolder();
  if (!existsSync(chosen))
    throw new UsageError(`There is no workspace at ${chosen} yet. "redoubt quickstart" makes the first one.`);
  const workspace = openWorkspace(chosen);
  return { workspace, store: openStore(workspace.database) };
}

/** A study by its number or its name; the latest where several have the name. */
export function findStudy(store: ReadableStore, text: string): StoredStudy {
  const studies = [...store.studies()].sort((left, right) => right.submittedAt - left.submittedAt);
  const wanted = text.toLowerCase();
  const found =
    studies.find(({ id }) => String(id) === text) ??
    studies.find(({ name }) => name.toLowerCase() === wanted) ??
    onlyOne(studies.filter(({ name }) => name.toLowerCase().includes(wanted)));
  if (found !== undefined) return found;
  const known = studies.map(({ id, name }) => `  ${id}  ${name}`).join('\n');
  throw new UsageError(
    studies.length === 0
      ? 'This workspace has no study yet. "redoubt quickstart" makes one.'
      : `No study, or more than one, answers to "${text}". There are:\n${known}`,
  );
}

const onlyOne = <Value>(values: readonly Value[]): Value | undefined =>
  values.length === 1 ? values[0] : undefined;
