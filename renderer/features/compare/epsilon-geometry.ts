import type { EpsilonPoint } from '#contract/compare.ts';

/**
 * Where the true accuracy lies: between certified (below) and attacked (above), as far as both are known. Beyond the
 * largest certified ball nothing was asked, so nothing is shaded there.
 */
export function gapBetween(
  attacked: readonly EpsilonPoint[],
  certified: readonly EpsilonPoint[],
): { readonly epsilon: number; readonly low: number; readonly high: number }[] {
  const end = Math.min(reachOf(attacked), reachOf(certified));
  if (attacked.length === 0 || certified.length === 0 || end <= 0) return [];
  const radii = [...attacked, ...certified].map(({ epsilon }) => epsilon).filter((epsilon) => epsilon < end);
  return [...new Set([...radii, end])]
    .sort((left, right) => left - right)
    .flatMap((epsilon) => {
      const [low, high] = [valueAt(certified, epsilon), valueAt(attacked, epsilon)];
      return low === undefined || high === undefined ? [] : [{ epsilon, low, high }];
    });
}

const reachOf = (points: readonly EpsilonPoint[]): number => points.at(-1)?.epsilon ?? 0;

/** On the straight line between the radii that were asked about. */
export function valueAt(points: readonly EpsilonPoint[], epsilon: number): number | undefined {
  const next = points.findIndex((point) => point.epsilon >= epsilon);
  const [before, after] = [points[next - 1], points[next]];
  if (after === undefined) return undefined;
  if (before === undefined || after.epsilon === epsilon)
    return after.epsilon === epsilon ? after.value.mean : undefined;
  const share = (epsilon - before.epsilon) / (after.epsilon - before.epsilon);
  return before.value.mean + share * (after.value.mean - before.value.mean);
}
