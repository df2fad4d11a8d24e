import type { Distribution, DistributionOf } from '#contract/open-world-views.ts';

export type Bar = { readonly from: number; readonly to: number };
type Outline = {
  readonly of: DistributionOf;
  readonly mean: number;
  readonly count: number;
  /** Share of the inputs in each bin. */
  readonly shares: readonly number[];
};
export type HistogramShape = {
  readonly bars: readonly Bar[];
  readonly outlines: readonly Outline[];
  /** The largest share of any bin. */
  readonly peak: number;
};

/** With digits enough to tell a thousandth of the axis. */
export function axisText(value: number, { low, high }: Pick<Distribution, 'low' | 'high'>): string {
  const digits = Math.ceil(-Math.log10((high - low) / 1000));
  return value.toFixed(Math.max(0, Math.min(12, digits))).replace('-', '−');
}

/** Shares, because the sources need not have as many inputs as the task. */
export function shapeHistogram({ low, high, series }: Distribution): HistogramShape {
  const bins = Math.max(1, ...series.map(({ counts }) => counts.length));
  const width = (high - low) / bins;
  const outlines = series.map(({ of, counts, mean }) => {
    const count = counts.reduce((sum, each) => sum + each, 0);
    return { of, mean, count, shares: counts.map((each) => each / Math.max(1, count)) };
  });
  return {
    bars: Array.from({ length: bins }, (_, bin) => ({
      from: low + bin * width,
      to: low + (bin + 1) * width,
    })),
    outlines,
    peak: Math.max(1e-9, ...outlines.flatMap(({ shares }) => shares)),
  };
}

/** The outline as steps: from the left end of each bin to its right end, closed by the axis at both ends. */
export function stepPath(
  { bars, shares }: { readonly bars: readonly Bar[]; readonly shares: readonly number[] },
  scale: { readonly x: (value: number) => number; readonly y: (share: number) => number },
): string {
  const corners = bars.flatMap(({ from, to }, bin) => {
    const y = scale.y(shares[bin] ?? 0);
    return [`${scale.x(from).toFixed(2)},${y.toFixed(2)}`, `${scale.x(to).toFixed(2)},${y.toFixed(2)}`];
  });
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return '';
  const floor = scale.y(0).toFixed(2);
  return `M${scale.x(first.from).toFixed(2)},${floor}L${corners.join('L')}L${scale.x(last.to).toFixed(2)},${floor}`;
}
