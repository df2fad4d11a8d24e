import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph, NetworkSpec } from '#contract/network.ts';
import { createRandom } from '#workers/array/random.ts';
import { serializeSafetensors } from '#workers/array/safetensors.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';

const root = join(import.meta.dirname, '..', '..');
/** Real images and stored weights may lie beside the project. */
const shared = join(root, '..', 'shared');
/** What is made once and kept. */
const keptFolder = join(root, '.cache', 'bench');

export const graphOf = (spec: NetworkSpec): NetworkGraph => buildNetwork(spec, [32, 32, 3], 10);

/** Files that live as long as the bench runs: both sides read the same weights and the same images from them. */
export type Scratch = {
  readonly folder: string;
  /** New weights of a network. */
  weightsFor(graph: NetworkGraph): string;
  /** Records of random images. */
  readonly images: string;
  remove(): void;
};

const madeImages = 256;

export function openScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-bench-'));
  const images = join(folder, 'images.bin');
  writeFileSync(images, madeRecords(madeImages));
  return {
    folder,
    images,
    weightsFor(graph) {
      const file = join(folder, `${graph.spec.kind}.safetensors`);
      if (!existsSync(file)) {
        const arrays = initializeParameters(graph, createRandom(1));
        writeFileSync(file, serializeSafetensors({ arrays, metadata: { format: 'pt' } }));
      }
      return file;
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** CIFAR-10 records: a label byte and 3 x 32 x 32 bytes of noise each. */
function madeRecords(count: number): Uint8Array {
  const random = createRandom(1, 'records');
  return Uint8Array.from({ length: count * 3073 }, (_, i) =>
    i % 3073 === 0 ? Math.floor(i / 3073) % 10 : random.nextUint32() >>> 24,
  );
}

type Cifar = { readonly train: string; readonly test: string };

/** The binary files of CIFAR-10 in `folder`, or beside the project; undefined where they are absent. */
export function findCifar(folder: string = join(shared, 'data', 'cifar10')): Cifar | undefined {
  const files = { train: join(folder, 'data_batch_1.bin'), test: join(folder, 'test_batch.bin') };
  return existsSync(files.train) && existsSync(files.test) ? files : undefined;
}

export const missingCifar = (folder = '../shared/data/cifar10'): string =>
  `CIFAR-10's binary files (data_batch_1.bin, test_batch.bin) are not in ${folder}. Give their folder with --cifar.`;

/** Weights of a network trained elsewhere and stored beside the project; undefined where they are absent. */
export function findStoredWeights(name: string): string | undefined {
  const file = join(shared, 'reference', 'torch-cnn', `${name}.safetensors`);
  return existsSync(file) ? file : undefined;
}

export function keptFile(name: string): string {
  mkdirSync(keptFolder, { recursive: true });
  return join(keptFolder, name);
}
