import { parseFraction } from '#contract/quantities.ts';
import type { Scalar, Settings } from '#contract/run.ts';
import type { StudyHeader } from '#contract/study.ts';
import { nearestName } from './nearest-name.ts';
import type { DraftIssue } from './schema-issues.ts';

export type Exclusion = StudyHeader['exclude'][number];

/** Whether a cell agrees with every setting of one entry. A number may be written as a fraction: `8/255`. */
export const isExcluded = (exclusions: readonly Exclusion[], cell: readonly Settings[]): boolean =>
  exclusions.some((exclusion) => agrees(exclusion, cell));

/** An entry that leaves nothing out is probably a slip: names that no cell has, values that none takes. */
export function checkExclusions(
  exclusions: readonly Exclusion[],
  cells: readonly (readonly Settings[])[],
): DraftIssue[] {
  const names = new Set(cells.flatMap((cell) => cell.flatMap((settings) => Object.keys(settings))));
  return exclusions.flatMap((exclusion, index): DraftIssue[] => {
    const unknown = Object.keys(exclusion).filter((name) => !names.has(settingName(name)));
    if (unknown.length > 0)
      return unknown.map((name) => ({
        path: ['exclude', index, name],
        message: describeUnknownSetting(name, names),
        atName: true,
      }));
    if (cells.some((cell) => agrees(exclusion, cell))) return [];
    return [
      {
        path: ['exclude', index],
        message: 'No cell of the study agrees with all of this, so it leaves nothing out.',
      },
    ];
  });
}

/** A cell may know a setting by two values: as the study gives it (`matched`) and as it is resolved. */
const agrees = (exclusion: Exclusion, cell: readonly Settings[]): boolean =>
  Object.entries(exclusion).every(([name, wanted]) =>
    cell.some((settings) => isSame(settings[settingName(name)], wanted)),
  );

/** `prune.kind: random` says the same as `prune: random`. */
const settingName = (name: string): string => name.replace(/\.(?:kind|name)$/, '');

function isSame(value: Scalar | undefined, wanted: Scalar): boolean {
  if (typeof value === 'number' && typeof wanted !== 'boolean') return parseFraction(wanted) === value;
  return value !== undefined && String(value) === String(wanted);
}

function describeUnknownSetting(name: string, names: ReadonlySet<string>): string {
  const inner = [...names].find((known) => known.endsWith(`.${name}`));
  const nearest = inner ?? nearestName(name, names);
  return `No cell of the study has a setting ${name}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`;
}
