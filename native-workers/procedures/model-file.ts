import { readFile } from 'node:fs/promises';
import type { NetworkGraph } from '#contract/network.ts';
import { parseSafetensors, serializeSafetensors } from '#workers/array/safetensors.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { MaskSet, ParameterSet } from '#workers/networks/parameters.ts';
import { networkText, parseNetwork, readArrays, storeArrays } from './named-arrays.ts';
import { saveFile, type SavedFile } from './save-file.ts';

/** A network with its weights. Masks are there once it was pruned. */
export type Model = {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterSet;
  readonly masks: MaskSet;
};

/**
 * Writes weights under PyTorch's names in PyTorch's layouts, masks as `<name>_mask`, the graph as JSON in the metadata.
 */
export function saveModel(file: string, { graph, parameters, masks }: Model): Promise<SavedFile> {
  const arrays = storeArrays({ parameters, masks, slots: new Map() });
  const metadata = { format: 'pt', network: networkText(graph) };
  return saveFile(file, serializeSafetensors({ arrays, metadata }));
}

export async function loadModel(file: string): Promise<Model> {
  try {
    const content = parseSafetensors(await readFile(file));
    const { parameters, masks } = readArrays(content);
    return { graph: parseNetwork(content), parameters, masks };
  } catch (error) {
    throw new BadInput(
      `The model ${file} cannot be read: ${String(error)}`,
      'Retry the stage that makes this model.',
    );
  }
}
