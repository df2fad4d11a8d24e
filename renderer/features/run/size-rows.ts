import { formatBytes, formatCount, formatNumber } from '../../kit/format.ts';

/** What one network takes: as it was trained, as it was pruned, and without the channels that nothing is left of. */
export type SizeRow = {
  readonly name: string;
  readonly dense: string | undefined;
  readonly pruned: string | undefined;
  readonly shrunk: string | undefined;
};

type Plan = {
  readonly name: string;
  readonly text: (value: number) => string;
  readonly dense?: string;
  /** What is so of every dense network. */
  readonly denseText?: string;
  readonly pruned: string;
  readonly shrunk?: string;
};
const milliseconds = (value: number): string => `${Number(value.toPrecision(3))} ms`;
const share = (value: number): string => String(Number(value.toPrecision(3)));
const plans: readonly Plan[] = [
  { name: 'Weights', text: formatCount, dense: 'weights.total', pruned: 'weights.kept' },
  { name: 'Density', text: share, denseText: '1', pruned: 'density' },
  { name: 'Density without dead weights', text: share, pruned: 'density.effective' },
  {
    name: 'Checkpoint',
    text: formatBytes,
    dense: 'bytes.dense',
    pruned: 'bytes.sparse',
    shrunk: 'bytes.shrunk',
  },
  {
    name: 'Multiply-accumulates',
    text: formatNumber,
    dense: 'macs.dense',
    pruned: 'macs.nonzero',
    shrunk: 'macs.shrunk',
  },
  { name: 'Latency, batch 1', text: milliseconds, pruned: 'latency.1', shrunk: 'latency.shrunk.1' },
  { name: 'Latency, batch 64', text: milliseconds, pruned: 'latency.64', shrunk: 'latency.shrunk.64' },
];

/** Only what was measured. */
export function sizeRows(metrics: Readonly<Record<string, number>>): SizeRow[] {
  const textOf = ({ text }: Plan, metric: string | undefined): string | undefined => {
    const value = metric === undefined ? undefined : metrics[metric];
    return value === undefined ? undefined : text(value);
  };
  return plans
    .map((plan) => ({
      name: plan.name,
      dense: plan.denseText ?? textOf(plan, plan.dense),
      pruned: textOf(plan, plan.pruned),
      shrunk: textOf(plan, plan.shrunk),
    }))
    .filter(({ pruned, shrunk }) => pruned !== undefined || shrunk !== undefined);
}
