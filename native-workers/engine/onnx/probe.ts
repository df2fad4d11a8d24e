import { convolved } from './lower/blocked-convolution.ts';
import { createEmitter } from './lower/emitter.ts';
import type { MemoryTensor } from './native-tensor.ts';
import { createSession } from './session.ts';
import { writeModel } from './writer.ts';

const channels = 32;
const side = 5;

/**
 * How many channels the native library's blocked convolution keeps together on this processor: the size with
 * which it agrees with the plain convolution, or undefined where there is none.
 */
export function probeChannelBlock(): number | undefined {
  const plain = probeConvolution(undefined);
  return [16, 8].find((block) => {
    try {
      const blocked = probeConvolution(block);
      return blocked.every((value, i) => Math.abs(value - plain[i]!) <= 1e-4);
    } catch {
      return false;
    }
  });
}

function probeConvolution(block: number | undefined): Float32Array {
  const emitter = createEmitter();
  const shapes = { x: [1, channels, side, side], filter: [channels, channels, 3, 3] };
  const result = convolved(
    emitter,
    {
      x: 'x',
      filter: 'filter',
      inputs: channels,
      outputs: channels,
      filterSize: [3, 3],
      attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
      rectified: false,
      isBaked: false,
    },
    block,
  );
  const inputs = Object.entries(shapes).map(([name, shape]) => ({ name, dtype: 'float32' as const, shape }));
  const outputs = [{ name: result, dtype: 'float32' as const, shape: shapes.x }];
  const model = writeModel({ nodes: emitter.nodes, constants: emitter.constants, inputs, outputs });
  const session = createSession(model, { threads: 1, keepsMemory: false, device: 'cpu', outputs: 'memory' });
  try {
    const feeds = Object.fromEntries(inputs.map(({ name, shape }) => [name, irregular(shape)]));
    return (session.run(feeds, [result])[0] as MemoryTensor).data as Float32Array;
  } finally {
    session.dispose();
  }
}

function irregular(dims: readonly number[]): MemoryTensor {
  const size = dims.reduce((product, each) => product * each, 1);
  const data = Float32Array.from({ length: size }, (_, i) => ((i * 7919) % 101) / 101 - 0.5);
  return { type: 'float32', dims, data, location: 'cpu' };
}
