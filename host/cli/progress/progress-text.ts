import type { Progress } from '#contract/views.ts';
import { duration } from '#host/reports/study/format.ts';
import type { StoredStage } from '#host/store/store.ts';

/** `1,234 examples/s` */
export const rateText = ({ perSecond, unit }: Progress): string =>
  perSecond === undefined
    ? ''
    : `${perSecond.toLocaleString('en', { maximumSignificantDigits: 3 })} ${unit}/s`;

export const leftText = (seconds: number | undefined): string =>
  seconds === undefined ? '' : `${duration(Math.max(1, Math.round(seconds)))} left`;

/** What became of a stage that ended, on one line, with what to do where it failed. */
export function endText({ label, state, seconds, failure }: StoredStage): string {
  const time = seconds === undefined ? '' : ` in ${duration(seconds)}`;
  if (state === 'done') return `${label}${time}`;
  return failure === undefined ? label : `${label}: ${failure.message} ${failure.remedy}`;
}

export const shareOf = ({ done, total }: Progress): number => Math.min(1, Math.max(0, done / total));
