import type { Scalar, Settings } from '#contract/run.ts';

/** Settings with one value, which some alternatives of one kind have and others lack, and those of them that say so. */
export type OptionalSettings = { readonly paths: ReadonlySet<string>; readonly told: readonly string[] };

/**
 * A part that may be left out is one difference, however many settings it has: where some `filter-l1` train their
 * scores and some do not, `prune.training.epochs` tells them apart. A part that is told apart by another value is not
 * told twice.
 */
export function optionalSettings(all: readonly Settings[]): OptionalSettings {
  const paths = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const optional = paths.filter((path) => isOptional(path, all));
  const sections = Map.groupBy(optional, parentOf);
  const told = [...sections].flatMap(([section, own]) => {
    const isTold = paths.some((path) => parentOf(path) === section && valuesOf(path, all).size > 1);
    return isTold ? [] : [own.find((path) => path.endsWith('.epochs')) ?? own[0] ?? section];
  });
  return { paths: new Set(optional), told };
}

function isOptional(path: string, all: readonly Settings[]): boolean {
  const alternative = alternativeOf(path, all);
  if (alternative === undefined || valuesOf(path, all).size !== 1) return false;
  return [...Map.groupBy(all, (settings) => settings[alternative]).values()].some(
    (alike) => alike.some((settings) => path in settings) && !alike.every((settings) => path in settings),
  );
}

/** The nearest setting above a path that says which alternative it belongs to: `prune` of `prune.training.epochs`. */
export function alternativeOf(path: string, all: readonly Settings[]): string | undefined {
  for (let above = parentOf(path); above !== ''; above = parentOf(above))
    if (all.some((settings) => above in settings)) return above;
  return undefined;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

const valuesOf = (path: string, all: readonly Settings[]): Set<Scalar> =>
  new Set(all.flatMap((settings) => settings[path] ?? []));
