import { cpus, totalmem } from 'node:os';
import type { Device } from '#contract/device.ts';
import { countPhysicalCores } from './physical-cores.ts';

/** A worker with a small network and its data takes a few hundred MiB; less than this per slot invites swapping. */
const bytesPerSlot = 2 ** 30;

/**
 * What this machine can execute stages with. The processor has one slot per physical core, fewer where memory is short,
 * or as many as asked for. Devices that cannot be used are listed with the reason.
 */
export function discoverDevices(options: { readonly slots?: number | undefined } = {}): Device[] {
  return [processor(options.slots), ...notPartOfThisVersion];
}

function processor(slots: number | undefined): Device {
  if (slots !== undefined && !(Number.isInteger(slots) && slots > 0))
    throw new RangeError(`The number of slots must be a whole number of at least 1, got ${slots}.`);
  const memoryBytes = totalmem();
  return {
    id: 'cpu',
    kind: 'cpu',
    name: cpus()[0]?.model.trim() || 'Processor',
    engine: 'wasm',
    slots: slots ?? Math.max(1, Math.min(countPhysicalCores(), Math.floor(memoryBytes / bytesPerSlot))),
    memoryBytes,
    availability: { kind: 'available' },
  };
}

const missing = (id: 'webgpu' | 'cuda', name: string): Device => ({
  id,
  kind: id,
  name,
  engine: 'onnx',
  slots: 1,
  availability: {
    kind: 'unavailable',
    reason: 'The onnx engine, which would use it, is not part of this version.',
    remedy: 'Use the processor; nothing needs to be installed for it.',
  },
});

const notPartOfThisVersion: readonly Device[] = [
  missing('webgpu', 'Graphics processor (WebGPU)'),
  missing('cuda', 'NVIDIA graphics processor (CUDA)'),
];
