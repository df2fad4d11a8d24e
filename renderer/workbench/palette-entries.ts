import type { RunRow, StudySummary } from '#contract/views.ts';
import { addresses } from '../client/addresses.ts';
import { studyTitles } from '../client/study-titles.ts';
import { fuzzyScore } from '../kit/fuzzy.ts';
import { places } from './places.ts';

/** One thing that the palette can do. */
export type PaletteEntry = {
  readonly id: string;
  readonly group: 'Commands' | 'Studies' | 'Runs';
  readonly text: string;
  readonly note: string;
  readonly act:
    { readonly kind: 'go'; readonly href: string } | { readonly kind: 'do'; readonly what: PaletteCommand };
};
export type PaletteCommand = 'pause' | 'resume' | 'light' | 'dark' | 'system';

const commands: readonly PaletteEntry[] = [
  ...places.map((place): PaletteEntry => ({
    id: place.id,
    group: 'Commands',
    text: `Go to ${place.text}`,
    note: `g ${place.key}`,
    act: { kind: 'go', href: place.href },
  })),
  {
    id: 'new',
    group: 'Commands',
    text: 'New study',
    note: 'n',
    act: { kind: 'go', href: addresses.newStudy() },
  },
  { id: 'pause', group: 'Commands', text: 'Pause the farm', note: '', act: { kind: 'do', what: 'pause' } },
  { id: 'resume', group: 'Commands', text: 'Resume the farm', note: '', act: { kind: 'do', what: 'resume' } },
  { id: 'light', group: 'Commands', text: 'Light appearance', note: '', act: { kind: 'do', what: 'light' } },
  { id: 'dark', group: 'Commands', text: 'Dark appearance', note: '', act: { kind: 'do', what: 'dark' } },
  {
    id: 'auto',
    group: 'Commands',
    text: 'Appearance of the system',
    note: '',
    act: { kind: 'do', what: 'system' },
  },
];

const shownOfGroup = { Commands: 8, Studies: 8, Runs: 12 } as const;

/** What fits the query, best first within each group. */
export function findEntries(
  query: string,
  known: { readonly studies: readonly StudySummary[]; readonly runs: readonly RunRow[] },
): PaletteEntry[] {
  const titles = studyTitles(known.studies);
  const studies = known.studies.map((study) => studyEntry(study, titles.get(study.id) ?? study.name));
  const everything = [...commands, ...studies, ...known.runs.map(runEntry)];
  const scored = everything.flatMap((entry) => {
    const score = fuzzyScore(`${entry.text} ${entry.note}`, query);
    return score === undefined ? [] : [{ entry, score }];
  });
  return (['Commands', 'Studies', 'Runs'] as const).flatMap((group) =>
    scored
      .filter(({ entry }) => entry.group === group)
      .sort((left, right) => right.score - left.score)
      .slice(0, shownOfGroup[group])
      .map(({ entry }) => entry),
  );
}

const studyEntry = (study: StudySummary, title: string): PaletteEntry => ({
  id: `study ${study.id}`,
  group: 'Studies',
  text: title,
  note: study.description,
  act: { kind: 'go', href: addresses.study(study.id) },
});

const runEntry = (run: RunRow): PaletteEntry => ({
  id: `run ${run.key}`,
  group: 'Runs',
  text: run.name,
  note: `${run.studies[0]?.name ?? ''} ${run.key.slice(0, 8)}`,
  act: { kind: 'go', href: addresses.run(run.key) },
});
