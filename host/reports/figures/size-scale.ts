import { scaleLog } from 'd3-scale';
import type { SizeAxis, SizeId, SizeMetric } from '#contract/compare.ts';
import { compressionText, densityText } from '../study/format.ts';
import type { Panel } from './plot.ts';

type SizeScale = { readonly scale: Panel['x']; readonly ticks: Panel['xTicks'] };

/** Logarithmic, because what pruning saves is told in factors; one value alone stands in the middle. */
export function sizeScale(values: readonly number[], axis: SizeAxis): SizeScale {
  const distinct = [...new Set(values)].sort((left, right) => left - right);
  const [low, high] = [distinct[0] ?? 1, distinct.at(-1) ?? 1];
  const scale = low > 0 && high > low ? scaleLog([low, high], [0, 1]) : () => 0.5;
  return { scale, ticks: isOwnTick(axis) ? ownTicks(distinct, axis) : roundTicks(low, high, axis) };
}

/** Densities are chosen by the study: every one is named. */
const isOwnTick = ({ id }: SizeAxis): boolean => id === 'compression' || id === 'density';

/** Measured densities of one setting differ in the last digits: they share a tick. */
function ownTicks(values: readonly number[], { id }: SizeAxis): Panel['xTicks'] {
  const named = values.map((value) => {
    const density = id === 'compression' ? 1 / value : value;
    return id === 'compression'
      ? { value, label: compressionText(density), below: densityText(density) }
      : { value, label: densityText(density) };
  });
  return [...new Map(named.map((tick) => [tick.label, tick])).values()];
}

/** 1, 2 and 5 times a power of ten within the data, or only the ends where that leaves too few. */
function roundTicks(low: number, high: number, axis: SizeAxis): Panel['xTicks'] {
  const powers = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent += 1)
    for (const factor of high / low > 30 ? [1] : [1, 2, 5]) powers.push(factor * 10 ** exponent);
  const inside = powers.filter((value) => value >= low && value <= high);
  const values = inside.length >= 2 ? inside : [...new Set([low, high])];
  return values.map((value) => ({ value, label: sizeText(value, axis) }));
}

const units = [
  { size: 1e9, letter: 'G' },
  { size: 1e6, letter: 'M' },
  { size: 1e3, letter: 'k' },
];

/** Three digits, and thousands by their letter: `1.23 M`; milliseconds as they are. */
export function sizeText(value: number, { id }: { readonly id: SizeId | SizeMetric }): string {
  const unit = id.startsWith('latency') ? undefined : units.find(({ size }) => value >= size);
  return unit === undefined
    ? String(Number(value.toPrecision(3)))
    : `${Number((value / unit.size).toPrecision(3))}\u00a0${unit.letter}`;
}
