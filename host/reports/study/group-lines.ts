import { denseGroupOf } from './dense-group.ts';
import type { Group } from './compared-runs.ts';

/** Groups that differ by nothing but their density. */
export type GroupLine = { readonly name: string; readonly groups: readonly Group[] };

/** A dense group starts every line of its training; it is a line of its own where nothing of it was pruned. */
export function listLines(groups: readonly Group[]): GroupLine[] {
  const pruned = groups.filter((group) => !group.isDense);
  const twins = new Map(pruned.map((group) => [group, denseGroupOf(group, groups)]));
  const alone = groups.filter((group) => group.isDense && ![...twins.values()].includes(group));
  const first = [...new Map([...pruned, ...alone].map((group) => [group.line, group])).values()];
  return first.map((group) => ({
    name: group.label === '' ? 'all runs' : group.label,
    groups: groups.filter((other) => other.line === group.line || other === twins.get(group)),
  }));
}
