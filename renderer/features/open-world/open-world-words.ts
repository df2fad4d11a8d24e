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

/** `1.8×`, with as many digits as its interval justifies. */
export function ratioText({ value, interval }: RatioEstimate): string {
  const digits = interval === undefined || interval.high - interval.low > 2 ? 1 : 2;
  return `${value.toFixed(digits)}×`;
}

/** `1.2–2.9`; a denominator that may be 0 bounds nothing. */
export const ratioIntervalText = ({ interval }: RatioEstimate): string =>
  interval === undefined ? 'no bound' : `${shortNumber(interval.low)}–${shortNumber(interval.high)}`;

const shortNumber = (value: number): string =>
  (Math.abs(value) >= 10 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 2 ? 1 : 2)).replace(/^-/, '−');

/** How a radius is said of an attack: nothing is perturbed at 0. */
export const attackedWords = (attack: string, radius: string, epsilon: number): string =>
  epsilon === 0 ? 'unperturbed' : `${attack} ${radius}`;
