import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { splitManifestSchema, type SplitManifest } from '#contract/dataset.ts';
import { BadInput } from './bad-input.ts';
import { loadSplit } from './dataset-files.ts';
import type { ExampleSet } from './example-set.ts';
import { describeTask } from './task-classes.ts';
import { toUint32 } from './little-endian.ts';

type SplitName = keyof SplitManifest['splits'];
export type OpenDataset = {
  /** Its classes are those that the task knows. */
  readonly manifest: SplitManifest['manifest'];
  /** Whether the task leaves classes out, whose test images then are the split `heldOut`. */
  readonly holdsOut: boolean;
  /** Reads the images of one split; two splits of one file read it twice, so ask once. */
  load(split: SplitName): Promise<ExampleSet>;
  /** As `load` for several splits, each file read once. */
  loadAll<const Names extends readonly SplitName[]>(names: Names): Promise<Record<Names[number], ExampleSet>>;
};

/** Opens the artifact of an import stage. `workspace` and `splitFile` are absolute. */
export async function openDataset(workspace: string, splitFile: string): Promise<OpenDataset> {
  const split = await loadSplitManifest(splitFile);
  const folder = join(workspace, split.folder);
  const task = describeTask(split);
  const loadFile = async (of: 'train' | 'test') => {
    const { images, labels } = await loadSplit(folder, split.manifest, of);
    return { images, labels: labels.map((label) => task.labels[label]!) };
  };
  const setOf = async (name: SplitName, files: ReturnType<typeof loadFile>): Promise<ExampleSet> => {
    const indices = toUint32(await readFile(join(dirname(splitFile), partOf(split, name).indices)));
    return { shape: split.manifest.shape, ...(await files), indices };
  };
  return {
    manifest: { ...split.manifest, classes: [...task.classes] },
    holdsOut: split.heldOut !== undefined,
    load: (name) => setOf(name, loadFile(partOf(split, name).of)),
    async loadAll(names) {
      const files = new Map<string, ReturnType<typeof loadFile>>();
      const sets: Partial<Record<SplitName, ExampleSet>> = {};
      for (const name of names) {
        const { of } = partOf(split, name);
        const open = files.get(of) ?? loadFile(of);
        files.set(of, open);
        sets[name] = await setOf(name, open);
      }
      return sets as Record<(typeof names)[number], ExampleSet>;
    },
  };
}

function partOf({ splits, manifest }: SplitManifest, name: SplitName) {
  const part = splits[name];
  if (part !== undefined) return part;
  throw new BadInput(
    `The task on ${manifest.name} holds no classes out.`,
    'Name some: dataset: { heldOut: [...] }.',
  );
}

async function loadSplitManifest(file: string): Promise<SplitManifest> {
  try {
    return splitManifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new BadInput(
      `The result of the import stage, ${file}, cannot be read: ${String(error)}`,
      'Retry the import stage of this study.',
    );
  }
}
