import type { ComparedGroup } from '#contract/compare.ts';
import { addresses, keyStart } from '../client/addresses.ts';

/** In an address a group is named by the first of its runs. */
export const nameOfGroup = ({ runs }: ComparedGroup): string => keyStart(runs[0]?.key ?? '');

export const findGroup = (
  groups: readonly ComparedGroup[],
  name: string | undefined,
): ComparedGroup | undefined =>
  name === undefined || name === ''
    ? undefined
    : groups.find(({ runs }) => runs.some(({ key }) => key.startsWith(name)));

/** The table of the runs of a group. */
export const runsOfGroup = (groups: readonly ComparedGroup[], id: string): string =>
  addresses.runsOf(groups.find((group) => group.id === id)?.runs.map(({ key }) => key) ?? []);
