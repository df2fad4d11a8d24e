import { cpus, totalmem } from 'node:os';
import type { Device, EngineKind } from '#contract/device.ts';
import { countPhysicalCores } from './physical-cores.ts';
import type { NativeLibrary } from './try-native-library.ts';
import type { TensorflowTrial } from './try-tensorflow.ts';

/** A worker with a small network and its data takes a few hundred MiB; less than this per slot invites swapping. */
const bytesPerSlot = 2 ** 30;

/** Engines that a person can choose, in the order in which one takes over where another does not work. */
export const offeredEngines = ['tensorflow', 'onnx', 'wasm'] as const satisfies readonly EngineKind[];
type OfferedEngine = (typeof offeredEngines)[number];

const defaultEngine: OfferedEngine = 'onnx';

/** What a person may say about the processor. */
export type ProcessorOptions = {
  /** Left out: one per physical core, fewer where memory is short. */
  readonly slots?: number | undefined;
  /** How many threads each slot may use; left out: 1. */
  readonly threads?: number | undefined;
  readonly engine?: OfferedEngine | undefined;
};

/** What was found of the engines that are native code. */
export type NativeEngines = { readonly library: NativeLibrary; readonly tensorflow: TensorflowTrial };

/** The processor with the engine that was chosen, and once more with every engine that does not work, and why. */
export function processorDevices(options: ProcessorOptions, native: NativeEngines): Device[] {
  requireCount('slots', options.slots);
  requireCount('threads', options.threads);
  const failures = failuresOf(native);
  const working = offeredEngines.filter((engine) => !failures.has(engine));
  const wanted = options.engine ?? defaultEngine;
  const engine = working.includes(wanted) ? wanted : working.find((other) => other !== 'tensorflow')!;
  const otherEngines = working.filter((other) => other !== engine);
  const chosen = processor(engine, options);
  return [
    otherEngines.length === 0 ? chosen : { ...chosen, otherEngines },
    ...Array.from(failures, ([failed, availability]) => ({
      ...processor(failed, options),
      id: `cpu-${failed}`,
      availability,
    })),
  ];
}

type Unavailable = Extract<Device['availability'], { kind: 'unavailable' }>;

function failuresOf({ library, tensorflow }: NativeEngines): Map<OfferedEngine, Unavailable> {
  const failures = new Map<OfferedEngine, Unavailable>();
  if (library.kind === 'fails')
    failures.set('onnx', { kind: 'unavailable', reason: library.reason, remedy: withoutLibrary });
  if (tensorflow.kind === 'unavailable') failures.set('tensorflow', tensorflow);
  return failures;
}

function processor(engine: OfferedEngine, { slots, threads: wanted }: ProcessorOptions): Device {
  // WebAssembly has one thread here, whatever is asked for.
  const threads = engine === 'wasm' ? undefined : wanted;
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
