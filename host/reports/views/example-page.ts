import type { ExampleOutcomes } from '#contract/outcomes.ts';
import type { ExampleFilter, ExamplePage, ExampleView } from '#contract/views.ts';
import { exampleImages } from './example-images.ts';
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
  /** Radius of the attack's ball. */
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
  return {
    example,
    label: nameOf(outcomes.labels[at]),
    cleanPrediction: nameOf(outcomes.cleanPredictions[at]),
    attackedPrediction: nameOf(outcomes.attackedPredictions[at]),
    outcome: outcomeOf(outcomes, at),
    distance: outcomes.distances[at] ?? 0,
    shape: file.shape,
    ...exampleImages(pixels, { norm, epsilon }),
  };
}
