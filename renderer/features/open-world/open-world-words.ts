import type {
  DistributionOf,
  OpenWorldEstimate,
  OpenWorldRate,
  RatioEstimate,
} from '#contract/open-world-views.ts';
import { formatCount, plural } from '../../kit/format.ts';
import { intervalText, spreadText } from '../../parts/group-words.ts';

export const distributionWords: Readonly<Record<DistributionOf, string>> = {
  'in-clean': 'in-distribution, clean',
  'in-attacked': 'in-distribution, attacked',
  'out-clean': 'out-of-distribution, clean',
  'out-attacked': 'out-of-distribution, attacked',
};

/** `41.3 ± 0.8 % [38–45]`. */
export const estimateText = ({ value, low, high }: OpenWorldEstimate): string =>
  `${spreadText(value, { low, high })} % [${intervalText({ low, high })}]`;

export const rateText = (rate: OpenWorldRate): string =>
  `${estimateText(rate)}, ${formatCount(rate.inputs)} inputs, ${plural(rate.value.count, 'seed')}`;

/** `1.80×`. */
export const ratioText = ({ value }: RatioEstimate): string => `${ratioNumber(value)}×`;

/** `1.20–2.90`; where the denominator may be 0 nothing bounds the ratio. */
export const ratioIntervalText = ({ interval }: RatioEstimate): string =>
  interval === undefined ? 'not bounded' : `${ratioNumber(interval.low)}–${ratioNumber(interval.high)}`;

const ratioNumber = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 2 : 1).replace('-', '−');
