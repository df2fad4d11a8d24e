import type { DatasetFacts } from '#contract/dataset.ts';
import type { Cell, StudyIssue } from '#contract/study.ts';
import { nearestName } from './nearest-name.ts';

/** What the datasets at hand make impossible for a cell. */
export function checkDataset(cell: Cell, datasets: ReadonlyMap<string, DatasetFacts>): StudyIssue[] {
  const facts = datasets.get(cell.dataset.name);
  if (facts === undefined) return [unknownDataset(cell.dataset.name, [...datasets.keys()])];
  return [
    ...(cell.dataset.name === 'glyphs' ? [] : trainingIssues(cell, facts)),
    ...exampleIssues(cell, facts),
    ...targetIssues(cell, facts),
  ];
}

function unknownDataset(name: string, known: readonly string[]): StudyIssue {
  const nearest = nearestName(name, known);
  const hint =
    nearest === undefined
      ? `The library has ${known.join(', ')}. Import it first: redoubt import.`
      : `Did you mean ${nearest}?`;
  return { path: ['dataset', 'name'], message: `The library has no dataset ${name}. ${hint}` };
}

function trainingIssues({ dataset }: Cell, { name, trainCount }: DatasetFacts): StudyIssue[] {
  if (trainCount === 0)
    return [{ path: ['dataset', 'name'], message: `${name} has no training images, only test images.` }];
  const { validation } = dataset;
  if (validation >= trainCount)
    return [
      {
        path: ['dataset', 'validation'],
        message: `Holding out ${validation} of the ${trainCount} training images of ${name} leaves none to train on. Give a smaller validation.`,
      },
    ];
  if (dataset.train === undefined || dataset.train + validation <= trainCount) return [];
  return [
    {
      path: ['dataset', 'train'],
      message: `${name} has ${trainCount} training images; ${dataset.train} to train and ${validation} to hold out are more than that.`,
    },
  ];
}

function exampleIssues({ dataset, evaluate }: Cell, facts: DatasetFacts): StudyIssue[] {
  const testCount = 'test' in dataset ? dataset.test : facts.testCount;
  if (evaluate.examples === undefined || evaluate.examples <= testCount) return [];
  return [
    {
      path: ['evaluate', 'examples'],
      message: `${facts.name} has ${testCount} test images here, ${evaluate.examples} are asked for.`,
    },
  ];
}

const targetIssues = ({ evaluate }: Cell, { name, classes }: DatasetFacts): StudyIssue[] =>
  evaluate.attacks.flatMap((attack) =>
    attack.kind === 'pgd' && typeof attack.target === 'number' && attack.target >= classes.length
      ? [
          {
            path: ['evaluate', 'attacks'],
            message: `${name} has classes 0 to ${classes.length - 1}, the target is ${attack.target}.`,
          },
        ]
      : [],
  );
