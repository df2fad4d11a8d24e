import type { OpenWorld } from '#contract/open-world.ts';
import { originName } from '#contract/open-world.ts';
import type {
  OpenWorldExample,
  OpenWorldExamplePage,
  OpenWorldExamplesQuery,
} from '#contract/open-world-views.ts';
import type { ExampleOutcomes, OpenWorldOutcomes } from '#contract/outcomes.ts';
import { exampleImages } from '../views/example-images.ts';
import type { ExampleFile } from '../views/stored-examples.ts';
import { judgesOf } from './read-open-world-runs.ts';

export type OpenWorldExampleSource = {
  readonly file: ExampleFile;
  readonly setting: OpenWorld;
  readonly outcomes: ExampleOutcomes;
  readonly shown: OpenWorldOutcomes;
  /** Names of the task's classes. */
  readonly classes: readonly string[];
};
type Query = Pick<OpenWorldExamplesQuery, 'detector' | 'filter' | 'offset' | 'limit'>;

/** The kept inputs that pass the filter, in the order of the file. */
export async function readOpenWorldExamples(
  source: OpenWorldExampleSource,
  query: Query,
): Promise<OpenWorldExamplePage> {
  const position = new Map(Array.from(source.outcomes.examples, (example, index) => [example, index]));
  const rows = Array.from(source.file.examples, (example, row) => ({ row, at: position.get(example) }))
    .flatMap(({ row, at }) => (at === undefined ? [] : [{ row, at }]))
    .filter(({ at }) => passes(source, at, query));
  const shown = rows.slice(query.offset, query.offset + query.limit);
  const examples = await Promise.all(
    shown.map(async ({ row, at }) => ({
      ...exampleOf(source, at),
      ...exampleImages(await source.file.read(row), source.setting),
    })),
  );
  return { total: rows.length, examples };
}

function passes(source: OpenWorldExampleSource, at: number, { detector, filter }: Query): boolean {
  const { outcomes, shown } = source;
  const verdicts = verdictsOf(source, at);
  const verdict = verdicts.find((each) => each.detector === detector) ?? verdicts[0];
  const isAccepted = verdict?.isAccepted === true;
  const isReached = outcomes.attackedPredictions[at] === shown.targets[at];
  switch (filter) {
    case 'all':
      return true;
    case 'reached':
      return isReached;
    case 'accepted':
      return isAccepted;
    case 'joint':
      return isReached && isAccepted;
    case 'rejected':
      return verdict?.isAccepted === false;
  }
}

const verdictsOf = (source: OpenWorldExampleSource, at: number): OpenWorldExample['verdicts'] =>
  judgesOf(source).flatMap((detector) => {
    const { scores, thresholds } = source.shown;
    const [score, threshold] = [scores[detector]?.[at], thresholds[detector]];
    return score === undefined || threshold === undefined
      ? []
      : [{ detector, score, threshold, isAccepted: score >= threshold }];
  });

type Words = Omit<OpenWorldExample, 'clean' | 'adversarial' | 'difference' | 'magnification'>;

function exampleOf(source: OpenWorldExampleSource, at: number): Words {
  const { outcomes, shown, classes, setting, file } = source;
  const nameOf = (label: number | undefined): string =>
    label === classes.length ? 'background' : (classes[label ?? -1] ?? `class ${label ?? '?'}`);
  return {
    example: outcomes.examples[at] ?? 0,
    origin: originName(setting),
    cleanPrediction: nameOf(outcomes.cleanPredictions[at]),
    target: nameOf(shown.targets[at]),
    prediction: nameOf(outcomes.attackedPredictions[at]),
    confidence: shown.confidences[at] ?? 0,
    isOnTarget: outcomes.attackedPredictions[at] === shown.targets[at],
    distance: outcomes.distances[at] ?? 0,
    shape: file.shape,
    verdicts: verdictsOf(source, at),
  };
}
