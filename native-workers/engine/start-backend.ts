import {
  findBackendFactory,
  memory,
  ready,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import type { Engine } from './engine.ts';
import { registerGradients } from './gradients.ts';

/** Makes a TensorFlow.js backend current and wraps it as an engine that has nothing to specialise. */
export async function startBackend(
  backendName: string,
  description: Pick<Engine, 'kind' | 'device'>,
): Promise<Engine> {
  registerGradients();
  if (!(await setBackend(backendName)))
    throw new Error(`The TensorFlow.js backend ${backendName} did not start. Try \`redoubt doctor\`.`);
  await ready();
  return {
    ...description,
    freeze: () => undefined,
    memory: () => ({ tensors: memory().numTensors, bytes: memory().numBytes }),
    dispose: () => {
      const factory = findBackendFactory(backendName);
      removeBackend(backendName);
      registerBackend(backendName, factory);
    },
  };
}
