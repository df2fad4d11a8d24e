import { countMultiplyAccumulates } from '#workers/networks/multiply-accumulates.ts';
import { isPrunable, type MaskSet } from '#workers/networks/parameters.ts';
import { findEffectiveWeights } from './effective-weights.ts';
import type { MaskedNetwork } from './masked-network.ts';

/** Named as metrics. */
type NetworkSize = Readonly<
  Record<
    | 'density'
    | 'density.effective'
    | 'weights.kept'
    | 'weights.effective'
    | 'weights.total'
    | 'bytes.dense'
    | 'bytes.sparse'
    | 'macs.dense'
    | 'macs.nonzero'
    | 'macs.effective',
    number
  >
>;

/** What is left of a network; `weights` counts prunable weights only, bytes count every parameter. */
export function measureSize(network: MaskedNetwork): NetworkSize {
  const { graph, parameters, masks } = network;
  const effective = findEffectiveWeights(network);
  const all = [...parameters].map(([name, { shape, values }]) => ({
    prunable: isPrunable(name, { shape }),
    total: values.length,
    kept: masks.get(name)?.values.reduce((sum, one) => sum + one, 0) ?? values.length,
    shape,
  }));
  const sum = (count: (each: (typeof all)[number]) => number): number =>
    all.reduce((running, each) => running + count(each), 0);
  const total = sum(({ prunable, total }) => (prunable ? total : 0));
  const kept = sum(({ prunable, kept }) => (prunable ? kept : 0));
  return {
    density: kept / total,
    'density.effective': countKept(effective) / total,
    'weights.kept': kept,
    'weights.effective': countKept(effective),
    'weights.total': total,
    'bytes.dense': sum(({ total }) => bytesPerValue * total),
    'bytes.sparse': sum(sparseBytes),
    'macs.dense': countMultiplyAccumulates(graph),
    'macs.nonzero': countMultiplyAccumulates(graph, masks),
    'macs.effective': countMultiplyAccumulates(graph, effective),
  };
}

const countKept = (masks: MaskSet): number =>
  [...masks.values()].reduce((sum, { values }) => sum + values.reduce((count, bit) => count + bit, 0), 0);

const bytesPerValue = 4;

type StoredParameter = {
  readonly total: number;
  readonly kept: number;
  readonly shape: readonly number[];
};

/**
 * A compressed sparse checkpoint stores a parameter's kept values as float32 and, in whichever way is shorter, where
 * they stand: one bit per weight, or compressed sparse rows (one row per output: a 4-byte row pointer each and one
 * more, then a column index per value of 2 bytes, or 4 where a row is longer than 65,536). A parameter that this
 * would not shorten is stored dense. Names and shapes are not counted, in neither form.
 */
function sparseBytes({ total, kept, shape }: StoredParameter): number {
  if (kept === total) return bytesPerValue * total;
  const rows = shape[0] ?? 1;
  const columnBytes = total / rows > 65_536 ? 4 : 2;
  const positions = Math.min(Math.ceil(total / 8), 4 * (rows + 1) + columnBytes * kept);
  return Math.min(bytesPerValue * total, bytesPerValue * kept + positions);
}
