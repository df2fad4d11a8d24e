import type { ExampleBatch } from '#workers/data/example-set.ts';
import type { BatchFindings } from './batch-findings.ts';

/** How an example ended: wrong from the start, made wrong, or neither. */
export type ExampleOutcome = 'broken' | 'survived' | 'misclassified';

/** An adversarial example worth keeping for people to look at. */
export type GalleryEntry = {
  /** Place within the evaluation, counted from 0. */
  readonly position: number;
  readonly outcome: ExampleOutcome;
  /** [height, width, channels] in [0, 1], as the judge saw it. */
  readonly adversarial: Float32Array;
};

/** How many examples are kept, and how many of each outcome where there are enough. */
const gallerySize = 64;
const shares: Readonly<Record<ExampleOutcome, number>> = { broken: 32, survived: 16, misclassified: 16 };

function outcomeOf(findings: BatchFindings, labels: Int32Array, row: number): ExampleOutcome {
  if (findings.cleanPredictions[row] !== labels[row]) return 'misclassified';
  return findings.survived[row] === 1 ? 'survived' : 'broken';
}

/** The candidates so far and those of one more batch: the first of each outcome, as many as a gallery could take. */
export function collectCandidates(
  candidates: readonly GalleryEntry[],
  batch: ExampleBatch,
  { findings, first }: { readonly findings: BatchFindings; readonly first: number },
): readonly GalleryEntry[] {
  const { adversarial } = findings;
  if (adversarial === undefined) return candidates;
  const size = adversarial.length / batch.labels.length;
  const fresh = Array.from(batch.labels, (_, row): GalleryEntry => ({
    position: first + row,
    outcome: outcomeOf(findings, batch.labels, row),
    adversarial: adversarial.slice(row * size, (row + 1) * size),
  }));
  return firstOfEach([...candidates, ...fresh], {
    broken: gallerySize,
    survived: gallerySize,
    misclassified: gallerySize,
  });
}

/** Fills the shares, then the places left over with whatever there is more of, in the order of the test split. */
export function chooseGallery(candidates: readonly GalleryEntry[]): readonly GalleryEntry[] {
  const preferred = new Set(firstOfEach(candidates, shares));
  const others = candidates.filter((candidate) => !preferred.has(candidate));
  const chosen = [...preferred, ...others.slice(0, gallerySize - preferred.size)];
  return chosen.sort((left, right) => left.position - right.position);
}

function firstOfEach(
  entries: readonly GalleryEntry[],
  most: Readonly<Record<ExampleOutcome, number>>,
): readonly GalleryEntry[] {
  const taken: Record<ExampleOutcome, number> = { broken: 0, survived: 0, misclassified: 0 };
  return entries.filter(({ outcome }) => {
    taken[outcome] += 1;
    return taken[outcome] <= most[outcome];
  });
}
