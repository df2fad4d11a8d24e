import { readFileSync } from 'node:fs';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import type { ParameterArray, ParameterSet } from '#workers/networks/parameters.ts';
import { sharedPath } from '../../shared-data.ts';

/** The stored answers of ../shared/reference/torch-cnn, read as its README describes them. */
export const cnnSmall = buildNetwork({ kind: 'cnn-small' }, [32, 32, 3], 10);
export const trainings = ['natural', 'adversarial'] as const;

export type StoredAttack = {
  readonly robust: number;
  /** One character per image, 1 = still correct at the last iterate. */
  readonly outcome: string;
  readonly prediction: string;
  readonly loss: readonly number[];
  readonly mean_loss: number;
  readonly outcome_every_iterate?: string;
  readonly max_loss_over_iterates?: readonly number[];
};
export type StoredRun = {
  readonly loss_before_each_step: readonly number[];
  readonly parameter_l2_norms_after: Readonly<Record<string, number>>;
  readonly logits_first4_after: readonly (readonly number[])[];
};
export type Images = { readonly images: Float32Array; readonly labels: Int32Array };

const pathOf = (name: string): string => sharedPath('reference', 'torch-cnn', name)!;

export const readJson = (name: string): unknown => JSON.parse(readFileSync(pathOf(name), 'utf8'));

export function readParameters(name: string): ParameterSet {
  return parseSafetensors(readFileSync(pathOf(name))).arrays as ReadonlyMap<string, ParameterArray>;
}

/** A little-endian float32 NumPy file, version 1.0: its values in C order. */
export function readNpy(name: string): Float32Array {
  const bytes = readFileSync(pathOf(name));
  const headerBytes = bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, 10 + headerBytes);
  if (!header.includes("'descr': '<f4'") || !header.includes("'fortran_order': False"))
    throw new Error(`Expected float32 values in C order in ${name}, got ${header}.`);
  return new Float32Array(new Uint8Array(bytes.subarray(10 + headerBytes)).buffer);
}

/** The first records of a CIFAR-10 file, a label byte and 3 x 32 x 32 bytes each, as images in [0, 1]. */
export function readImages(path: string, count: number): Images {
  const bytes = readFileSync(path);
  const images = new Float32Array(count * 3072);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i += 1) {
    const record = bytes.subarray(i * 3073, (i + 1) * 3073);
    labels[i] = record[0]!;
    for (let value = 0; value < 3072; value += 1)
      images[i * 3072 + value] = record[1 + storedIndex(value)]! / 255;
  }
  return { images, labels };
}

export const firstImages = (count: number): Images => readImages(pathOf('test256.bin'), count);

export const storedAttack = (training: string, name: string): StoredAttack =>
  (readJson(`${training}-expected.json`) as { attacks: { float32: Record<string, StoredAttack> } }).attacks
    .float32[name]!;

/** Where value `i` of an image in (row, column, channel) order lies in (channel, row, column) order. */
export const storedIndex = (i: number): number => (i % 3) * 1024 + Math.floor(i / 3);

export const differences = (a: string, b: string): number =>
  Array.from(a).filter((one, i) => one !== b[i]).length;

export const greatestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((greatest, value, i) => Math.max(greatest, Math.abs(value - b[i]!)), 0);
