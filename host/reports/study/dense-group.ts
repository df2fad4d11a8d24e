import { canonicalJson } from '#contract/canonical-json.ts';
import { findDense } from '../views/dense-twin.ts';
import type { Group } from './compared-runs.ts';

/** The dense twins of a group's runs. How a study evaluates may vary too: only groups that were asked the same compare. */
export function denseGroupOf<One extends Pick<Group, 'settings'>>(
  group: One,
  groups: readonly One[],
): One | undefined {
  const asked = evaluationOf(group);
  return findDense(
    group,
    groups.filter((other) => evaluationOf(other) === asked),
  );
}

const evaluationOf = ({ settings }: Pick<Group, 'settings'>): string =>
  canonicalJson(Object.fromEntries(Object.entries(settings).filter(([path]) => path.startsWith('evaluate'))));
