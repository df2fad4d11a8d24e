import { plainTable } from './plain-table.ts';

type Metrics = Readonly<Record<string, number>>;

/** What a run's network costs, from its metrics; nothing where no stage of it has been measured yet. */
export function sizeTable(metrics: Metrics): string | undefined {
  if (metrics['weights.total'] === undefined) return undefined;
  const isShrunk = metrics['bytes.shrunk'] !== undefined;
  const columns = ['size', 'dense', 'kept', 'that do something', ...(isShrunk ? ['made smaller'] : [])];
  const table = plainTable(columns, ['left', ...columns.slice(1).map(() => 'right' as const)]);
  for (const { label, names, text } of rows)
    table.push([label, ...columns.slice(1).map((_, column) => cell(metrics[names[column] ?? ''], text))]);
  return table.toString();
}

type Row = {
  readonly label: string;
  /** The metric of each column, `` where it has none. */
  readonly names: readonly [dense: string, kept: string, effective: string, shrunk: string];
  readonly text: (value: number) => string;
};

const count = (value: number): string => value.toLocaleString('en');
const milliseconds = (value: number): string => value.toPrecision(3);

const rows: readonly Row[] = [
  { label: 'weights', names: ['weights.total', 'weights.kept', 'weights.effective', ''], text: count },
  {
    label: 'multiply-accumulates',
    names: ['macs.dense', 'macs.nonzero', 'macs.effective', 'macs.shrunk'],
    text: count,
  },
  { label: 'bytes', names: ['bytes.dense', 'bytes.sparse', '', 'bytes.shrunk'], text: count },
  { label: 'ms for 1 image', names: ['latency.1', '', '', 'latency.shrunk.1'], text: milliseconds },
  { label: 'ms for 64 images', names: ['latency.64', '', '', 'latency.shrunk.64'], text: milliseconds },
];

const cell = (value: number | undefined, text: Row['text']): string =>
  value === undefined ? '' : text(value);
