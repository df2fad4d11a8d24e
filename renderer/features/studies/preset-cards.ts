import type { Preset } from '#contract/views.ts';

/** One question with the sizes that it can be asked in. */
export type PresetCard = {
  readonly id: string;
  readonly title: string;
  /** First sentence of what the preset says of itself. */
  readonly question: string;
  /** The sentence that begins with `Refuted if`; empty where there is none. */
  readonly refutation: string;
  readonly variants: readonly PresetVariant[];
};
type PresetVariant = {
  readonly id: string;
  readonly text: string;
  /** What it takes: the last sentence of what it says of itself. */
  readonly note: string;
};

const smallEnding = '-small';

/** A preset and its small variant, whose id ends in `-small`, make one card, in the order of the first of them. */
export function groupPresets(presets: readonly Preset[]): PresetCard[] {
  const pairs = Map.groupBy(presets, ({ id }) => id.replace(new RegExp(`${smallEnding}$`), ''));
  return [...pairs].flatMap(([id, members]) => {
    const small = members.find((preset) => preset.id.endsWith(smallEnding));
    const published = members.find((preset) => preset !== small);
    const shown = published ?? small;
    if (shown === undefined) return [];
    const sentences = sentencesOf(shown.summary);
    return [
      {
        id,
        title: shown.title.replace(/ \(small\)$/, ''),
        question: sentences[0] ?? '',
        refutation: sentences.find((sentence) => sentence.startsWith('Refuted')) ?? '',
        variants: [
          ...(small === undefined ? [] : [variant(small, 'Small')]),
          ...(published === undefined
            ? []
            : [small === undefined ? { id, text: 'Design', note: '' } : variant(published, 'Published')]),
        ],
      },
    ];
  });
}

const variant = ({ id, summary }: Preset, text: string): PresetVariant => ({
  id,
  text,
  note: sentencesOf(summary).at(-1) ?? '',
});

/** A point inside a number or an arXiv id ends no sentence. */
const sentencesOf = (text: string): string[] => text.trim().split(/(?<=[.?!])\s+(?=[A-Z0-9])/);
