import { assemble } from './assemble.ts';
import { physicalShape, type Layout } from './layout.ts';
import type { LowerSettings } from './lower/lowered.ts';
import type { Plan, StoredNode } from './plan.ts';
import { createSession, type NativeTensor, type Session, type SessionSettings } from './session.ts';

/** Compiled programs by the key of their plan, those used longest ago given up first. */
export type Programs = {
  /** Computes a plan's roots, in order. */
  run(plan: Plan): readonly Computed[];
  /** Gives up every program that carries these frozen values. */
  forget(frozenId: number): void;
  readonly count: number;
  dispose(): void;
};
type Computed = { readonly tensor: NativeTensor; readonly layout: Layout };
export type ProgramSettings = Pick<SessionSettings, 'threads'> & {
  readonly lowering: LowerSettings;
  /** What all programs together may take, as estimated from their models and intermediate values. */
  readonly byteLimit: number;
};

type Program = {
  readonly session: Session;
  readonly feeds: readonly { readonly leaf: number; readonly name: string }[];
  readonly outputs: readonly string[];
  readonly outputLayouts: readonly Layout[];
  readonly frozenIds: readonly number[];
  readonly bytes: number;
  runs: number;
};

/**
 * From this run on a program keeps its memory. Most programs run once or twice (first steps, tail batches); only
 * the steady ones are worth compiling again for it.
 */
const steadyRun = 3;

export function createPrograms(settings: ProgramSettings): Programs {
  const programs = new Map<string, Program>();
  const giveUp = (key: string, program: Program): void => {
    programs.delete(key);
    program.session.dispose();
  };
  const programFor = (plan: Plan): Program => {
    const known = programs.get(plan.key);
    const runs = (known?.runs ?? 0) + 1;
    if (known && runs !== steadyRun) {
      programs.delete(plan.key);
      known.runs = runs;
      programs.set(plan.key, known);
      return known;
    }
    if (known) giveUp(plan.key, known);
    const program = compile(plan, settings, runs);
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
    forget: (frozenId) => {
      for (const [key, program] of programs) if (program.frozenIds.includes(frozenId)) giveUp(key, program);
    },
    get count() {
      return programs.size;
    },
    dispose: () => {
      for (const [key, program] of programs) giveUp(key, program);
    },
  };
}

function compile(plan: Plan, settings: ProgramSettings, runs: number): Program {
  const { model, feeds, outputs, outputLayouts } = assemble(plan, settings.lowering);
  const keepsMemory = runs >= steadyRun;
  const session = createSession(model, { threads: settings.threads, keepsMemory });
  const frozenIds = plan.leaves.flatMap((leaf) => leaf.state.store.frozen?.id ?? []);
  const bytes = estimateBytes(plan, model, keepsMemory);
  return { session, feeds, outputs, outputLayouts, frozenIds, bytes, runs };
}

function runProgram(program: Program, plan: Plan): Computed[] {
  const feeds: Record<string, NativeTensor> = {};
  for (const { leaf, name } of program.feeds) feeds[name] = nativeTensor(plan.leaves[leaf]!);
  const tensors = program.session.run(feeds, program.outputs);
  return tensors.map((tensor, i) => ({ tensor, layout: program.outputLayouts[i] }));
}

function nativeTensor({ dtype, shape, state }: StoredNode): NativeTensor {
  return {
    type: dtype,
    dims: physicalShape(shape, state.layout),
    data: state.store.values,
    location: 'cpu',
  };
}

/**
 * Its weights once in the model and once packed, and its intermediate values, of which the native library's
 * plan lets about a third live at the same time.
 */
function estimateBytes(plan: Plan, model: Uint8Array, keepsMemory: boolean): number {
  if (!keepsMemory) return 2 * model.byteLength;
  const values = plan.nodes.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
  return 2 * model.byteLength + values / 3;
}

function totalBytes(programs: ReadonlyMap<string, Program>): number {
  let sum = 0;
  for (const { bytes } of programs.values()) sum += bytes;
  return sum;
}
