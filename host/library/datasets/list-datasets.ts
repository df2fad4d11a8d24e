import { existsSync, readdirSync } from 'node:fs';
import type { DatasetManifest } from '#contract/dataset.ts';
import { loadManifest } from './manifest.ts';

export type LibraryEntry =
  | { readonly kind: 'dataset'; readonly name: string; readonly manifest: DatasetManifest }
  /** A folder in the library whose files are not what its manifest says, or that has none. */
  | { readonly kind: 'broken'; readonly name: string; readonly message: string };

/** Imported datasets in the order of their names; the embedded glyphs are not among them. */
export function listDatasets(libraryFolder: string): LibraryEntry[] {
  if (!existsSync(libraryFolder)) return [];
  return readdirSync(libraryFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
    .map((name) => loadEntry(libraryFolder, name));
}

function loadEntry(libraryFolder: string, name: string): LibraryEntry {
  try {
    return { kind: 'dataset', name, manifest: loadManifest(libraryFolder, name) };
  } catch (error) {
    return { kind: 'broken', name, message: error instanceof Error ? error.message : String(error) };
  }
}
