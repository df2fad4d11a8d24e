import type { StudySummary } from '#contract/views.ts';

/** What each study is called in a list of all: its name, and its number where another has the same name. */
export function studyTitles(
  studies: readonly Pick<StudySummary, 'id' | 'name'>[],
): ReadonlyMap<number, string> {
  const byName = Map.groupBy(studies, ({ name }) => name);
  return new Map(
    studies.map(({ id, name }) => [id, (byName.get(name)?.length ?? 0) > 1 ? `${name} · study ${id}` : name]),
  );
}
