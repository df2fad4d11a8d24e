import type { SizeAxis, SizeId, SizeMetric } from '#contract/compare.ts';
import type { ComparedRuns, Group, ReportRun } from '../study/study-report.ts';

export const sizeAxes: Readonly<Record<SizeId, SizeAxis>> = {
  compression: { id: 'compression', title: 'Compression', unit: '×', isLargerBetter: true },
  density: { id: 'density', title: 'Density', unit: '', isLargerBetter: false },
  'macs.nonzero': {
    id: 'macs.nonzero',
    title: 'Nonzero multiply-accumulates',
    unit: 'MACs',
    isLargerBetter: false,
  },
  'bytes.sparse': {
    id: 'bytes.sparse',
    title: 'Compressed checkpoint',
    unit: 'bytes',
    isLargerBetter: false,
  },
  'latency.1': { id: 'latency.1', title: 'Latency, batch 1', unit: 'ms', isLargerBetter: false },
  'latency.64': { id: 'latency.64', title: 'Latency, batch 64', unit: 'ms', isLargerBetter: false },
};

/** What a run costs on an axis; nothing where it was not measured. */
export function sizeOfRun(
  group: Pick<Group, 'isDense' | 'density' | 'settings'>,
  run: ReportRun,
  { id, all }: { readonly id: SizeId | SizeMetric; readonly all: readonly ReportRun[] },
): number | undefined {
  if (id === 'compression') {
    const density = sizeOfRun(group, run, { id: 'density', all });
    return density === undefined ? undefined : 1 / density;
  }
  const measured = run.metrics[id];
  if (measured !== undefined) return measured;
  if (id === 'density') return group.density;
  return group.isDense ? denseSize(id, run, all) : undefined;
}

/** A dense network has no pruning stage that would have measured it; those pruned from it know its size. */
function denseSize(
  id: Exclude<SizeId | SizeMetric, 'compression' | 'density'>,
  run: ReportRun,
  all: readonly ReportRun[],
): number | undefined {
  const name = sizesOfDense[id];
  if (name === undefined) return undefined;
  const twin = all.find((other) => name in other.metrics && networkOf(other) === networkOf(run));
  return twin?.metrics[name];
}

/** Dense, nothing is zero and compressed rows are longer than the weights. */
const sizesOfDense: Readonly<Partial<Record<string, 'bytes.dense' | 'macs.dense'>>> = {
  'bytes.dense': 'bytes.dense',
  'bytes.sparse': 'bytes.dense',
  'macs.dense': 'macs.dense',
  'macs.nonzero': 'macs.dense',
};

const networkOf = ({ settings }: ReportRun): string =>
  JSON.stringify(Object.entries(settings).filter(([path]) => /^(dataset|network)(\.|$)/.test(path)));

/** The axes that some run has a value on. */
export const availableAxes = ({ groups, runs }: Pick<ComparedRuns, 'groups' | 'runs'>): SizeAxis[] =>
  Object.values(sizeAxes).filter(({ id }) =>
    groups.some((group) => group.runs.some((run) => sizeOfRun(group, run, { id, all: runs }) !== undefined)),
  );
