import type { SizeAxis, SizeId, SizeMetric } from '#contract/compare.ts';
import type { ComparedRuns, Group, ReportRun } from '../study/compared-runs.ts';

export const sizeAxes: Readonly<Record<SizeId, SizeAxis>> = {
  compression: { id: 'compression', title: 'Compression', unit: '×', isLargerBetter: true },
  density: { id: 'density', title: 'Density', unit: '', isLargerBetter: false },
  'density.effective': {
    id: 'density.effective',
    title: 'Density without dead weights',
    unit: '',
    isLargerBetter: false,
  },
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

/** What a run costs on an axis; nothing where it was not measured. The density that was asked for stands in for the measured. */
export function sizeOfRun(
  group: Pick<Group, 'density'>,
  { metrics }: ReportRun,
  id: SizeId | SizeMetric,
): number | undefined {
  switch (id) {
    case 'compression':
      return 1 / (metrics['density'] ?? group.density);
    case 'density':
      return metrics['density'] ?? group.density;
    default:
      return metrics[id];
  }
}

/** The axes that some run has a value on. */
export const availableAxes = ({ groups }: Pick<ComparedRuns, 'groups'>): SizeAxis[] =>
  Object.values(sizeAxes).filter(({ id }) =>
    groups.some((group) => group.runs.some((run) => sizeOfRun(group, run, id) !== undefined)),
  );
