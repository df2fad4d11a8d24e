import { lineOf } from './group-labels.ts';
import type { Group } from './study-report.ts';

/** Groups that differ by nothing but their density. */
export type GroupLine = { readonly name: string; readonly groups: readonly Group[] };

/** A dense group starts every line of its training; it is a line of its own where nothing of it was pruned. */
export function listLines(groups: readonly Group[]): GroupLine[] {
  const training = (group: Group): string => lineOf(group.settings, { withPruning: false });
  const pruned = groups.filter((group) => !group.isDense);
  const alone = groups.filter(
    (group) => group.isDense && !pruned.some((other) => training(other) === training(group)),
  );
  const first = [...new Map([...pruned, ...alone].map((group) => [group.line, group])).values()];
  return first.map((group) => ({
    name: group.label === '' ? 'all runs' : group.label,
    groups: groups.filter(
      (other) => other.line === group.line || (other.isDense && training(other) === training(group)),
    ),
  }));
}
