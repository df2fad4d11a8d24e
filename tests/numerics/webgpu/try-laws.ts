import { createEngine } from '#workers/engine/create-engine.ts';
import { laws } from './laws.ts';

/** A process of its own: a driver that fails may end it. Says of each law what broke it. */

const engine = await createEngine('onnx', { device: 'webgpu' });
process.send?.({ kind: 'started', device: engine.device });
for (const [name, seek] of Object.entries(laws)) {
  const start = performance.now();
  const broken = await seek(engine).catch((error: unknown) => [String(error)]);
  process.send?.({ kind: 'tried', name, broken, seconds: (performance.now() - start) / 1000 });
}
process.disconnect();
