import type { DeviceKind } from '#contract/device.ts';
import type { MemoryTensor } from '../native-tensor.ts';
import { createSession } from '../session.ts';
import { writeModel } from '../writer.ts';

const side = 512;
/** One run compiles; of at most three more the shortest counts, and what takes so long needs no second look. */
const tries = 4;
const longEnoughMs = 1000;

/**
 * How many times as fast as one thread of the processor a device multiplies two square matrices of 512 rows that lie
 * in memory. A rough figure, which tells graphics processors from programs that pretend to be one.
 */
export function measureSpeed(device: DeviceKind, now: () => number): number {
  return shortestMs('cpu', now) / shortestMs(device, now);
}

function shortestMs(device: DeviceKind, now: () => number): number {
  const shape = [side, side];
  const model = writeModel({
    nodes: [{ name: 'product', op: 'MatMul', inputs: ['a', 'b'], outputs: ['c'], attributes: {} }],
    constants: [],
    inputs: ['a', 'b'].map((name) => ({ name, dtype: 'float32', shape })),
    outputs: [{ name: 'c', dtype: 'float32', shape }],
  });
  const session = createSession(model, { threads: 1, keepsMemory: true, device, outputs: 'memory' });
  try {
    const matrix: MemoryTensor = {
      type: 'float32',
      dims: shape,
      data: new Float32Array(side * side).fill(1),
      location: 'cpu',
    };
    let [shortest, total] = [Infinity, 0];
    for (let i = 0; i < tries && (i < 2 || total < longEnoughMs); i += 1) {
      const start = now();
      session.run({ a: matrix, b: matrix }, ['c']);
      const took = now() - start;
      total += took;
      if (i > 0) shortest = Math.min(shortest, took);
    }
    return shortest;
  } finally {
    session.dispose();
  }
}
