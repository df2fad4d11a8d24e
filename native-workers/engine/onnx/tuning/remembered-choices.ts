import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { filterGradientVariants, type FilterGradientVariant } from '../lower/lowered.ts';

/** What this machine was found to compute fastest, by shape; every process on it is told the same. */
export type RememberedChoices = {
  recall(shape: string): FilterGradientVariant | undefined;
  /** Returns the choice that stands: another process may have been first. Undefined where none can be kept. */
  remember(shape: string, choice: Choice): FilterGradientVariant | undefined;
};
type Choice = z.output<typeof choiceSchema>;

const choiceSchema = z.object({
  variant: z.enum(filterGradientVariants),
  /** Why: what each variant took. For people. */
  milliseconds: z.partialRecord(
    z.enum(filterGradientVariants),
    z.object({ shortest: z.number(), median: z.number() }),
  ),
});

/**
 * One small file per shape. A file appears whole, by a link to a finished one, and is never replaced by another
 * choice; one that cannot be read counts as none and is measured again.
 */
export function openRememberedChoices(folder: string, machine: string): RememberedChoices {
  const place = join(folder, fileName(machine));
  const fileOf = (shape: string): string => join(place, `${fileName(shape)}.json`);
  const recall = (shape: string): FilterGradientVariant | undefined => {
    try {
      return choiceSchema.parse(JSON.parse(readFileSync(fileOf(shape), 'utf8'))).variant;
    } catch {
      return undefined;
    }
  };
  return {
    recall,
    remember: (shape, choice) => {
      const draft = `${fileOf(shape)}.${process.pid}.partial`;
      try {
        mkdirSync(place, { recursive: true });
        writeFileSync(draft, `${JSON.stringify({ machine, shape, ...choice }, undefined, 2)}\n`);
        const file = fileOf(shape);
        if (recall(shape) === undefined) rmSync(file, { force: true });
        linkUnlessThere(draft, file);
      } catch {
        // Read-only, full or without links: then no choice is kept, and nobody may rely on one.
      } finally {
        removeDraft(draft);
      }
      return recall(shape);
    },
  };
}

function linkUnlessThere(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // It lies in a cache: clearing that removes it.
  }
}

const fileName = (words: string): string =>
  words
    .replaceAll(/[^\w.,>-]+/g, ' ')
    .replaceAll('>', 'to')
    .trim()
    .replaceAll(' ', '_');
