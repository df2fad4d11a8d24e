import { sizeOf } from '#contract/network-shapes.ts';
import { mapped } from './lower/blocked-elementwise.ts';
import { convolved } from './lower/blocked-convolution.ts';
import { blocked, blockedFromChannelsLast, channelsLastOf, unblocked } from './lower/blocked-form.ts';
import { createEmitter, type Emitter } from './lower/emitter.ts';
import { reshaped } from './lower/lowered.ts';
import type { MemoryTensor } from './native-tensor.ts';
import { createSession } from './session.ts';
import { writeModel } from './writer.ts';

const channels = 32;
const side = 5;

/**
 * How many channels the native library's blocked form keeps together on this processor: the size with which a
 * convolution and what follows it in that form agree with plain operators, or undefined where there is none.
 */
export function probeChannelBlock(): number | undefined {
  const plain = probe(undefined);
  return [16, 8].find((block) => {
    try {
      return probe(block).every((value, i) => Math.abs(value - plain[i]!) <= 1e-4);
    } catch {
      return false;
    }
  });
}

function probe(block: number | undefined): Float32Array {
  const emitter = createEmitter();
  const shapes = {
    x: [1, channels, side, side],
    filter: [channels, channels, 3, 3],
    scale: [channels],
    shift: [channels],
  };
  const images = convolved(
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
  const result = block === undefined ? mapPlainly(emitter, images) : mapInBlocks(emitter, images);
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

/** A map per channel with images added, rectified. */
function mapPlainly(emitter: Emitter, images: string): string {
  const [scale, shift] = ['scale', 'shift'].map((name) => reshaped(emitter, name, [channels, 1, 1])) as [
    string,
    string,
  ];
  const shifted = emitter.emit('Add', [emitter.emit('Mul', [images, scale]), shift]);
  return emitter.emit('Relu', [emitter.emit('Add', [shifted, images])]);
}

/** The same as one pass, and by way of channels that lie last. */
function mapInBlocks(emitter: Emitter, images: string): string {
  const x = blocked(emitter, images);
  const map = { x, channels, scale: 'scale', shift: 'shift', addend: x, isRectified: true };
  const last = channelsLastOf(emitter, mapped(emitter, map), channels);
  return unblocked(emitter, blockedFromChannelsLast(emitter, last), channels);
}

function irregular(dims: readonly number[]): MemoryTensor {
  const data = Float32Array.from({ length: sizeOf(dims) }, (_, i) => ((i * 7919) % 101) / 101 - 0.5);
  return { type: 'float32', dims, data, location: 'cpu' };
}
