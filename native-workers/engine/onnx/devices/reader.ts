import type { DeviceKind } from '#contract/device.ts';
import type { DeviceBuffer, Dtype, Values } from '../graph.ts';
import { createSession, type Session } from '../session.ts';
import { writeModel } from '../writer.ts';

/** Brings values from a device into memory. */
export type Reader = {
  read(buffer: DeviceBuffer, type: { readonly dtype: Dtype; readonly size: number }): Values;
  dispose(): void;
};

/**
 * One program per data type that copies its input to an output in memory: `getData()`, which onnxruntime-node has for
 * it, ends the process. The programs keep the device open between other ones.
 */
export function createReader(device: DeviceKind): Reader {
  const sessions = new Map<Dtype, Session>();
  const sessionFor = (dtype: Dtype): Session => {
    const known = sessions.get(dtype) ?? createCopier(device, dtype);
    sessions.set(dtype, known);
    return known;
  };
  sessionFor('float32');
  return {
    read: (buffer, { dtype, size }) => {
      const { gpuBuffer } = buffer;
      const there = { type: dtype, dims: [size], location: 'gpu-buffer', gpuBuffer } as const;
      const [here] = sessionFor(dtype).run({ there }, ['here']);
      if (here?.location !== 'cpu')
        throw new Error('Expected a value in memory from the program that reads.');
      return here.data;
    },
    dispose: () => {
      for (const session of sessions.values()) session.dispose();
      sessions.clear();
    },
  };
}

function createCopier(device: DeviceKind, dtype: Dtype): Session {
  const model = writeModel({
    nodes: [{ name: 'read', op: 'Identity', inputs: ['there'], outputs: ['here'], attributes: {} }],
    constants: [],
    inputs: [{ name: 'there', dtype, shape: ['size'] }],
    outputs: [{ name: 'here', dtype, shape: ['size'] }],
  });
  return createSession(model, { threads: 1, keepsMemory: false, device, outputs: 'memory' });
}
