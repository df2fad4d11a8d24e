import type { ExampleOutcomes } from '#contract/outcomes.ts';
import type { ExampleFilter, ExamplePage, ExampleView } from '#contract/views.ts';
import type { ExampleFile, StoredExample } from './stored-examples.ts';

export type ExampleQuery = {
  readonly filter: ExampleFilter;
  readonly offset: number;
  readonly limit: number;
};
export type ExampleSource = {
  readonly file: ExampleFile;
  readonly outcomes: ExampleOutcomes;
  readonly classes: readonly string[];
  /** Radius of the attack's ball: the difference is magnified until it would be fully visible at that radius. */
  readonly epsilon: number;
  readonly norm: string;
};

type Outcome = ExampleView['outcome'];

/** The kept examples that pass the filter, in the order of the test split. */
export async function readExamplePage(source: ExampleSource, query: ExampleQuery): Promise<ExamplePage> {
  const position = new Map(Array.from(source.outcomes.examples, (example, index) => [example, index]));
  const rows = Array.from(source.file.examples, (example, row) => ({
    example,
    row,
    at: position.get(example),
  }))
    .flatMap(({ example, row, at }) => (at === undefined ? [] : [{ example, row, at }]))
    .filter(({ at }) => query.filter === 'all' || outcomeOf(source.outcomes, at) === query.filter);
  const shown = rows.slice(query.offset, query.offset + query.limit);
  const examples = await Promise.all(
    shown.map(async ({ example, row, at }) =>
      exampleView(source, { example, at }, await source.file.read(row)),
    ),
  );
  return { total: rows.length, examples };
}

/** Misclassified: wrong before the attack. Broken: right before, wrong after. */
function outcomeOf(outcomes: ExampleOutcomes, at: number): Outcome {
  if (outcomes.cleanPredictions[at] !== outcomes.labels[at]) return 'misclassified';
  return outcomes.survived[at] === 1 ? 'survived' : 'broken';
}

function exampleView(
  { outcomes, classes, epsilon, norm, file }: ExampleSource,
  { example, at }: { readonly example: number; readonly at: number },
  pixels: StoredExample,
): ExampleView {
  const nameOf = (label: number | undefined): string => classes[label ?? -1] ?? `class ${label ?? '?'}`;
  const magnification = magnificationOf(norm, epsilon, pixels);
  return {
    example,
    label: nameOf(outcomes.labels[at]),
    cleanPrediction: nameOf(outcomes.cleanPredictions[at]),
    attackedPrediction: nameOf(outcomes.attackedPredictions[at]),
    outcome: outcomeOf(outcomes, at),
    distance: outcomes.distances[at] ?? 0,
    shape: file.shape,
    clean: base64(pixels.clean),
    adversarial: base64(Uint8Array.from(pixels.adversarial, (value) => Math.round(255 * clamp01(value)))),
    difference: base64(differenceOf(pixels, magnification)),
    magnification,
  };
}

/** A whole number, so that it can be said: in a linf ball by its radius, else by the largest change of the image. */
function magnificationOf(norm: string, epsilon: number, { clean, adversarial }: StoredExample): number {
  const largest =
    norm === 'linf'
      ? epsilon
      : adversarial.reduce(
          (most, value, index) => Math.max(most, Math.abs(value - (clean[index] ?? 0) / 255)),
          0,
        );
  return largest > 0 ? Math.max(1, Math.round(1 / largest)) : 1;
}

function differenceOf({ clean, adversarial }: StoredExample, magnification: number): Uint8Array {
  return Uint8Array.from(adversarial, (value, index) => {
    const change = value - (clean[index] ?? 0) / 255;
    return Math.max(0, Math.min(255, Math.round(127.5 + magnification * change * 127.5)));
  });
}

const clamp01 = (value: number): number => Math.min(1, Math.max(0, value));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
