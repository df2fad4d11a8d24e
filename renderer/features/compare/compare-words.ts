import type { MeasureKind, PairedComparison, SizeMetric } from '#contract/compare.ts';
import { formatBytes, formatNumber } from '../../kit/format.ts';
import { densityText } from '../../parts/group-words.ts';

export const compressionText = (compression: number): string => `${Number(compression.toPrecision(3))}×`;

/** Never rounded onto the level that it is compared with. */
export const pText = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(p < 0.1 ? 3 : 2));

export const comparisonText = ({ test, rawP, isNoise }: PairedComparison): string =>
  `${test}, p ${pText(rawP)} before Holm’s correction: ${isNoise ? 'not to be told from chance' : 'significant'}`;

/** A size as people read it: bytes in binary units, latencies in milliseconds. */
export function sizeText(id: SizeMetric, value: number): string {
  if (id.startsWith('bytes')) return formatBytes(value);
  if (id.startsWith('latency')) return `${Number(value.toPrecision(3))} ms`;
  if (id.startsWith('density')) return densityText(value);
  return formatNumber(value);
}

export const kindWords: Readonly<Record<MeasureKind, string>> = {
  clean: 'Clean',
  worst: 'Attacked, worst case',
  attacked: 'Attacked',
  certified: 'Certified',
};
