import type { DeviceKind } from '#contract/device.ts';
import { assemble } from './assemble.ts';
import { deviceRules } from './devices/device-rules.ts';
import { createReader } from './devices/reader.ts';
import type { EngineChoices } from '../engine.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import type { Contents, Values } from './graph.ts';
import { physicalShape, type Layout } from './layout.ts';
import type { LowerSettings } from './lower/lowered.ts';
import type { Plan, StoredNode } from './plan.ts';
import type { NativeTensor } from './native-tensor.ts';
import { createSession, type Session } from './session.ts';
import type { Tuner } from './tuning/tuner.ts';

/** Compiled programs by the key of their plan, those used longest ago given up first. */
export type Programs = {
  /** Computes a plan's roots, in order. */
  run(plan: Plan): readonly Computed[];
  /** What a node holds, as it lies in memory. */
  read(node: StoredNode): Values;
  /** Gives up every program that carries these frozen values. */
  forget(frozenId: number): void;
  /** How they are lowered, where that is chosen by measuring. */
  readonly choices: EngineChoices | undefined;
  readonly count: number;
  dispose(): void;
};
type Computed = { readonly contents: Contents; readonly layout: Layout };
export type ProgramSettings = {
  readonly device: DeviceKind;
  /** How many threads one operation may use, unless a stage began with others. */
  readonly threads: number;
  readonly lowering: LowerSettings;
  /** What all programs together may take, as estimated from their models and intermediate values. */
  readonly byteLimit: number;
  readonly tuner?: Tuner;
};

type Program = {
  readonly session: Session;
  readonly feeds: readonly { readonly leaf: number; readonly name: string }[];
  readonly outputs: readonly string[];
  readonly outputLayouts: readonly Layout[];
  readonly frozenIds: readonly number[];
  readonly bytes: number;
  readonly keepsMemory: boolean;
  runs: number;
};

/**
 * From this run on a program keeps its memory. Most programs run once or twice (first steps, tail batches); only
 * the steady ones are worth compiling again for it. Small ones keep theirs from the start.
 */
const steadyRun = 3;
const smallBytes = 32 * 2 ** 20;

export function createPrograms(given: ProgramSettings): Programs {
  const { tuner } = given;
  const settings = tuner
    ? { ...given, lowering: { ...given.lowering, chooseFilterGradient: tuner.choose } }
    : given;
  const programs = new Map<string, Program>();
  const { device } = settings;
  let { threads } = settings;
  const reader = deviceRules[device].outputs === 'device' ? createReader(device) : undefined;
  /** Given up, but with results that are still in use. */
  const lingering = new Set<Session>();
  const giveUp = (key: string, { session }: Program): void => {
    programs.delete(key);
    session.disposeWhenFree();
    for (const each of lingering) if (each.resultCount === 0) lingering.delete(each);
    if (session.resultCount > 0) lingering.add(session);
  };
  const giveUpAll = (): void => {
    for (const [key, program] of programs) giveUp(key, program);
  };
  const programFor = (plan: Plan): Program => {
    const known = programs.get(plan.key);
    const runs = (known?.runs ?? 0) + 1;
    if (known && (runs !== steadyRun || known.keepsMemory)) {
      programs.delete(plan.key);
      known.runs = runs;
      programs.set(plan.key, known);
      return known;
    }
    if (known) giveUp(plan.key, known);
    const program = compile(plan, { ...settings, threads }, runs);
    programs.set(plan.key, program);
    return program;
  };
  return {
    run: (plan) => {
      const program = programFor(plan);
      for (const [key, oldest] of programs) {
        if (totalBytes(programs) <= settings.byteLimit || oldest === program) break;
        giveUp(key, oldest);
      }
      return runProgram(program, plan);
    },
    read: ({ dtype, shape, state }) => {
      const { contents } = state.store;
      if (contents.kind === 'memory') return contents.values;
      if (!reader) throw new Error('Expected no value on a device that keeps none.');
      return reader.read(contents.buffer, { dtype, size: sizeOf(shape) });
    },
    forget: (frozenId) => {
      for (const [key, program] of programs) if (program.frozenIds.includes(frozenId)) giveUp(key, program);
    },
    get count() {
      return programs.size;
    },
    choices: tuner && {
      // Sums are cut into stretches of another length where another number of threads shares them.
      taken: () => ({ ...tuner.taken(), threads: String(threads) }),
      keepTo: (choices) => {
        const begunWith = Number(choices['threads'] ?? settings.threads);
        if (tuner.keepTo(choices) || begunWith !== threads) giveUpAll();
        threads = begunWith;
      },
      remark: tuner.remark,
    },
    dispose: () => {
      giveUpAll();
      for (const session of lingering) session.dispose();
      lingering.clear();
      reader?.dispose();
    },
  };
}

function compile(plan: Plan, settings: ProgramSettings, runs: number): Program {
  const { model, feeds, outputs, outputLayouts } = assemble(plan, settings.lowering);
  const { device, threads } = settings;
  // Elsewhere than on the processor memory is the device's, which keeps it.
  const keepsMemory = runs >= steadyRun || device !== 'cpu' || estimateBytes(plan, model, true) <= smallBytes;
  const session = createSession(model, { threads, keepsMemory, device, outputs: 'device' });
  const frozenIds = plan.leaves.flatMap((leaf) => leaf.state.store.frozen?.id ?? []);
  const bytes = estimateBytes(plan, model, keepsMemory);
  return { session, feeds, outputs, outputLayouts, frozenIds, bytes, keepsMemory, runs };
}

function runProgram(program: Program, plan: Plan): Computed[] {
  const feeds: Record<string, NativeTensor> = {};
  for (const { leaf, name } of program.feeds) feeds[name] = nativeTensor(plan.leaves[leaf]!);
  const tensors = program.session.run(feeds, program.outputs);
  return tensors.map((tensor, i) => ({
    contents:
      tensor.location === 'cpu'
        ? { kind: 'memory', values: tensor.data }
        : { kind: 'device', buffer: tensor },
    layout: program.outputLayouts[i],
  }));
}

function nativeTensor({ dtype, shape, state }: StoredNode): NativeTensor {
  const { contents } = state.store;
  const type = { type: dtype, dims: physicalShape(shape, state.layout) };
  return contents.kind === 'memory'
    ? { ...type, location: 'cpu', data: contents.values }
    : { ...type, location: 'gpu-buffer', gpuBuffer: contents.buffer.gpuBuffer };
}

/**
 * Its weights once in the model and once packed, and its intermediate values, of which the native library's
 * plan lets about a third live at the same time.
 */
function estimateBytes(plan: Plan, model: Uint8Array, keepsMemory: boolean): number {
  if (!keepsMemory) return 2 * model.byteLength;
  const values = plan.nodes.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  return 2 * model.byteLength + values / 3;
}

function totalBytes(programs: ReadonlyMap<string, Program>): number {
  let sum = 0;
  for (const { bytes } of programs.values()) sum += bytes;
  return sum;
}
