import '@tensorflow/tfjs-backend-cpu';
import type { Engine } from '../engine.ts';
import { startBackend } from '../start-backend.ts';

/** TensorFlow.js in plain JavaScript: slow, and what the other engines are compared with in tests. */
export async function startReference(): Promise<Engine> {
  return startBackend('cpu', { kind: 'reference', device: 'CPU: plain JavaScript, 1 thread' });
}
