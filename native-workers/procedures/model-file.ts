import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkGraph } from '#contract/network.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { parseSafetensors, serializeSafetensors } from '#workers/array/safetensors.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { MaskSet, ParameterSet } from '#workers/networks/parameters.ts';
import { networkText, parseNetwork, readArrays, storeArrays } from './named-arrays.ts';
import { workspacePath, type StageContext } from './procedure.ts';
import { saveFile } from './save-file.ts';

/** A network with its weights. Masks are there once it was pruned. */
export type Model = {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterSet;
  readonly masks: MaskSet;
};

/**
 * Writes `model.safetensors`: weights under PyTorch's names in PyTorch's layouts, masks as `<name>_mask`, the graph
 * as JSON in the metadata. Gives the event that ends the stage.
 */
export async function finishWithModel(
  context: StageContext,
  { graph, parameters, masks }: Model,
): Promise<WorkerEvent> {
  const file = join(context.folder, 'model.safetensors');
  const arrays = storeArrays({ parameters, masks, slots: new Map() });
  const saved = await saveFile(
    file,
    serializeSafetensors({ arrays, metadata: { format: 'pt', network: networkText(graph) } }),
  );
  return {
    kind: 'finished',
    artifact: {
      folder: workspacePath(context, context.folder),
      file: workspacePath(context, file),
      ...saved,
    },
  };
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
