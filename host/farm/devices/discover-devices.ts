import { cpus, totalmem } from 'node:os';
import type { Device, EngineKind } from '#contract/device.ts';
import { graphicsDevices } from './graphics-devices.ts';
import { countPhysicalCores } from './physical-cores.ts';
import { tryNativeLibrary, type NativeLibrary } from './try-native-library.ts';

/** A worker with a small network and its data takes a few hundred MiB; less than this per slot invites swapping. */
const bytesPerSlot = 2 ** 30;

/** Engines that a person can choose. */
export const offeredEngines = ['onnx', 'wasm'] as const satisfies readonly EngineKind[];
type OfferedEngine = (typeof offeredEngines)[number];

/** What a person may say about how stages are executed here. */
export type DiscoveryOptions = {
  /** Left out: one per physical core, fewer where memory is short. */
  readonly slots?: number | undefined;
  /** How many threads each slot may use; left out: 1. */
  readonly threads?: number | undefined;
  readonly engine?: OfferedEngine | undefined;
};

const defaultEngine: OfferedEngine = 'onnx';

/** What this machine can execute stages with. Devices that cannot be used are listed with the reason. */
export function discoverDevices(
  options: DiscoveryOptions = {},
  library: NativeLibrary = tryNativeLibrary(),
): Device[] {
  return [...processors(options, library), ...graphicsDevices()];
}

function processors(
  { slots, threads, engine = defaultEngine }: DiscoveryOptions,
  library: NativeLibrary,
): Device[] {
  requireCount('slots', slots);
  requireCount('threads', threads);
  const onnx = processor({ engine: 'onnx', slots, threads });
  // WebAssembly has one thread here, whatever is asked for.
  const wasm = processor({ engine: 'wasm', slots, threads: undefined });
  switch (library.kind) {
    case 'loads':
      return [engine === 'wasm' ? { ...wasm, otherEngines: ['onnx'] } : { ...onnx, otherEngines: ['wasm'] }];
    case 'fails': {
      const { reason } = library;
      const availability = { kind: 'unavailable', reason, remedy: withoutLibrary } as const;
      return [wasm, { ...onnx, id: 'cpu-onnx', availability }];
    }
  }
}

type ProcessorSettings = {
  readonly engine: OfferedEngine;
  readonly slots: number | undefined;
  readonly threads: number | undefined;
};

function processor({ engine, slots, threads }: ProcessorSettings): Device {
  const memoryBytes = totalmem();
  const byCores = Math.floor(countPhysicalCores() / (threads ?? 1));
  const fitting = Math.max(1, Math.min(byCores, Math.floor(memoryBytes / bytesPerSlot)));
  return {
    id: 'cpu',
    kind: 'cpu',
    name: cpus()[0]?.model.trim() || 'Processor',
    engine,
    slots: slots ?? fitting,
    ...(threads !== undefined && { threads }),
    memoryBytes,
    availability: { kind: 'available' },
  };
}

function requireCount(what: string, count: number | undefined): void {
  if (count !== undefined && !(Number.isInteger(count) && count > 0))
    throw new RangeError(`The number of ${what} must be a whole number of at least 1, got ${count}.`);
}

const withoutLibrary =
  'The wasm engine computes instead, several times slower. Run "npm ci" on this machine; a node_modules folder from another system does not fit.';
