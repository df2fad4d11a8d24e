import type { Scalar, Settings } from '#contract/run.ts';

export type SettingDifference = {
  readonly path: string;
  readonly ours: Scalar | undefined;
  readonly theirs: Scalar | undefined;
};
type Compared = { readonly seed: number; readonly settings: Settings };

/** The settings in which two runs differ, by path; the seed counts as one. */
export function diffSettings(ours: Compared, theirs: Compared): SettingDifference[] {
  const left: Settings = { seed: ours.seed, ...ours.settings };
  const right: Settings = { seed: theirs.seed, ...theirs.settings };
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .sort()
    .filter((path) => left[path] !== right[path])
    .map((path) => ({ path, ours: left[path], theirs: right[path] }));
}
