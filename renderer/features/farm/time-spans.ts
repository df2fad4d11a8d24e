import type { AttemptView } from '#contract/views.ts';

const minute = 60_000;
export const timeSpans = [
  { ms: 2 * minute, text: 'last 2 minutes' },
  { ms: 10 * minute, text: 'last 10 minutes' },
  { ms: 60 * minute, text: 'last hour' },
  { ms: 360 * minute, text: 'last 6 hours' },
] as const;

const telling = 6;

/** The shortest span that shows the last few attempts: a farm at seconds a stage is looked at closer than one at hours. */
export function fittingSpan(attempts: readonly AttemptView[], now: number): number {
  const ends = attempts.map((attempt) => attempt.endedAt ?? now).sort((left, right) => right - left);
  const oldest = ends[Math.min(telling, ends.length) - 1] ?? now;
  return timeSpans.find(({ ms }) => oldest >= now - ms)?.ms ?? timeSpans[3].ms;
}
