import { join } from 'node:path';
import { startSide, type Side } from './side.ts';

/** One engine of this project in a process of its own, with the allocator as a worker has it. */
export function startOurs(engine: 'onnx' | 'wasm', threads: number): Promise<Side> {
  return startSide(process.execPath, [join(import.meta.dirname, 'our-side.ts'), engine, String(threads)]);
}
