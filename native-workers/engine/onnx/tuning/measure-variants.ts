import { imageLayout, physicalShape } from '../layout.ts';
import { createEmitter } from '../lower/emitter.ts';
import { lowerFilterGradient } from '../lower/filter-gradient.ts';
import {
  array,
  inLayout,
  type FilterGradientShape,
  type FilterGradientVariant,
  type LowerSettings,
  type Operand,
} from '../lower/lowered.ts';
import type { MemoryTensor } from '../native-tensor.ts';
import { createSession } from '../session.ts';
import { writeModel } from '../writer.ts';

type MeasureSettings = {
  readonly threads: number;
  readonly channelBlock: number | undefined;
  readonly now: () => number;
};

/** How often each variant runs at most, and after how many milliseconds of all together three times are enough. */
const mostRounds = 8;
const fewestRounds = 3;
const longEnoughMs = 400;

/** Milliseconds of each variant for this shape. They take turns, so that other work meets all. */
export function measureVariants(
  shape: FilterGradientShape,
  variants: readonly FilterGradientVariant[],
  settings: MeasureSettings,
): Readonly<Partial<Record<FilterGradientVariant, { readonly shortest: number; readonly median: number }>>> {
  const { now } = settings;
  const trials = variants.map((variant) => ({
    variant,
    trial: openTrial(shape, variant, settings),
    times: [] as number[],
  }));
  try {
    const start = now();
    for (const { trial } of trials) trial.run();
    for (let round = 0; round < mostRounds; round += 1) {
      if (round >= fewestRounds && now() - start > longEnoughMs) break;
      for (const { trial, times } of trials) {
        const before = now();
        trial.run();
        times.push(now() - before);
      }
    }
    return Object.fromEntries(trials.map(({ variant, times }) => [variant, summary(times)]));
  } finally {
    for (const { trial } of trials) trial.dispose();
  }
}

function summary(times: readonly number[]): { readonly shortest: number; readonly median: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return { shortest: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]! };
}

type Trial = {
  readonly inputs: { readonly x: Float32Array; readonly slopes: Float32Array };
  readonly run: () => Float32Array;
  readonly dispose: () => void;
};

/** A program of one filter gradient alone; its result lies as [in, rows, columns, out]. */
export function openTrial(
  { batch, inputs, outputs, geometry }: FilterGradientShape,
  variant: FilterGradientVariant,
  { threads, channelBlock }: Pick<MeasureSettings, 'threads' | 'channelBlock'>,
): Trial {
  const emitter = createEmitter();
  const x = image('x', [batch, ...geometry.input, inputs]);
  const slopes = image('slopes', [batch, ...geometry.output, outputs]);
  const lowering: LowerSettings = {
    chooseFilterGradient: () => variant,
    ...(channelBlock !== undefined && { channelBlock }),
  };
  const node = pending([...geometry.filter, inputs, outputs]);
  const operation = { kind: 'convolution-filter-gradient', geometry } as const;
  const context = { emitter, node, inputs: [x.operand, slopes.operand], settings: lowering };
  const result = { node, lowered: lowerFilterGradient(operation, context) };
  const name = inLayout(emitter, result, resultLayout);
  const model = writeModel({
    nodes: emitter.nodes,
    constants: emitter.constants,
    inputs: [x, slopes].map((each) => ({ name: each.name, dtype: 'float32', shape: each.tensor.dims })),
    outputs: [{ name, dtype: 'float32', shape: physicalShape(node.shape, resultLayout) }],
  });
  const session = createSession(model, { threads, keepsMemory: true, device: 'cpu', outputs: 'memory' });
  const feeds = { [x.name]: x.tensor, [slopes.name]: slopes.tensor };
  const valuesOf = ({ tensor }: typeof x): Float32Array => tensor.data as Float32Array;
  return {
    inputs: { x: valuesOf(x), slopes: valuesOf(slopes) },
    run: () => (session.run(feeds, [name])[0] as MemoryTensor).data as Float32Array,
    dispose: () => {
      session.dispose();
    },
  };
}

const resultLayout = [2, 0, 1, 3];

function image(name: string, shape: readonly number[]) {
  const operand: Operand = { node: pending(shape), lowered: array(name, imageLayout) };
  return { name, operand, tensor: irregular(physicalShape(shape, imageLayout)) };
}

const pending = (shape: readonly number[]): Operand['node'] => ({
  shape,
  dtype: 'float32',
  state: { kind: 'lost', reason: 'Only its shape counts.' },
  holders: 0,
});

function irregular(dims: readonly number[]): MemoryTensor {
  const size = dims.reduce((product, each) => product * each, 1);
  const data = Float32Array.from({ length: size }, (_, i) => ((i * 7919) % 101) / 101 - 0.5);
  return { type: 'float32', dims, data, location: 'cpu' };
}
