import { z } from 'zod';
import type { NetworkGraph } from '#contract/network.ts';
import { networkGraphSchema } from '#contract/network.ts';
import type { SafetensorsFile, StoredArray, StoredValues } from '#workers/array/safetensors.ts';
import type { MaskSet, ParameterArray, ParameterSet } from '#workers/networks/parameters.ts';

/** How parameters, masks and optimizer slots stand side by side in one file. PyTorch reads the plain names. */
const maskEnding = '_mask';
const slotBeginning = 'optimizer.';

export type NamedArrays = {
  readonly parameters: ParameterSet;
  readonly masks: MaskSet;
  readonly slots: ReadonlyMap<string, ParameterArray>;
};

/** Float arrays come first, so that each starts on a multiple of four bytes. */
export function storeArrays({ parameters, masks, slots }: NamedArrays): Map<string, StoredArray> {
  return new Map<string, StoredArray>([
    ...parameters,
    ...[...slots].map(([name, array]) => [`${slotBeginning}${name}`, array] as const),
    ...[...masks].map(([name, mask]) => [`${name}${maskEnding}`, mask] as const),
  ]);
}

export function readArrays({ arrays }: SafetensorsFile): NamedArrays {
  const parameters = new Map<string, ParameterArray>();
  const masks = new Map<string, { shape: readonly number[]; values: Uint8Array }>();
  const slots = new Map<string, ParameterArray>();
  for (const [name, { shape, values }] of arrays)
    if (name.endsWith(maskEnding))
      masks.set(name.slice(0, -maskEnding.length), { shape, values: expectBytes(name, values) });
    else if (name.startsWith(slotBeginning))
      slots.set(name.slice(slotBeginning.length), { shape, values: expectFloats(name, values) });
    else parameters.set(name, { shape, values: expectFloats(name, values) });
  return { parameters, masks, slots };
}

export const networkText = (graph: NetworkGraph): string => JSON.stringify(graph);

const networkTextSchema = z
  .string('The metadata hold no network.')
  .transform((text): unknown => JSON.parse(text))
  .pipe(networkGraphSchema);

export const parseNetwork = (file: SafetensorsFile): NetworkGraph =>
  networkTextSchema.parse(file.metadata['network']);

function expectFloats(name: string, values: StoredValues): Float32Array {
  if (values instanceof Float32Array) return values;
  throw new TypeError(`${name} should be stored as F32.`);
}

function expectBytes(name: string, values: StoredValues): Uint8Array {
  if (values instanceof Uint8Array) return values;
  throw new TypeError(`${name} should be stored as U8.`);
}
