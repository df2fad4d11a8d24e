import type { SplitManifest } from '#contract/dataset.ts';
import { noClass } from '#contract/outcomes.ts';

/** The classes that a task knows, in the manifest's order, and its label for each of the manifest's. */
export type TaskClasses = { readonly classes: readonly string[]; readonly labels: Uint16Array };

/** Labels of classes that are held out become `noClass`. */
export function describeTask({
  manifest,
  heldOut = [],
}: {
  readonly manifest: Pick<SplitManifest['manifest'], 'classes'>;
  readonly heldOut?: readonly string[] | undefined;
}): TaskClasses {
  const classes = manifest.classes.filter((name) => !heldOut.includes(name));
  const labels = Uint16Array.from(manifest.classes, (name) =>
    heldOut.includes(name) ? noClass : classes.indexOf(name),
  );
  return { classes, labels };
}
