import type { DatasetFacts } from '#contract/dataset.ts';
import { outliersOf } from '#contract/objective.ts';
import { objectiveOf } from '#contract/pruning.ts';
import type { Source } from '#contract/source.ts';
import type { Cell, StudyIssue } from '#contract/study.ts';
import { nearestName } from './nearest-name.ts';
import { resolveCell } from './run-settings.ts';

/** What the datasets at hand make impossible for a cell. */
export function checkDataset(cell: Cell, datasets: ReadonlyMap<string, DatasetFacts>): StudyIssue[] {
  const facts = datasets.get(cell.dataset.name);
  if (facts === undefined) return [unknownDataset(cell.dataset.name, [...datasets.keys()])];
  return [
    ...(cell.dataset.name === 'glyphs' ? [] : trainingIssues(cell, facts)),
    ...exampleIssues(cell, facts),
    ...targetIssues(cell, facts),
    ...heldOutIssues(cell, facts),
    ...sourceIssues(cell, datasets),
    ...outlierIssues(cell, datasets),
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

function heldOutIssues({ dataset }: Cell, { name, classes }: DatasetFacts): StudyIssue[] {
  const heldOut = new Set(dataset.heldOut ?? []);
  const path = ['dataset', 'heldOut'];
  const unknown = [...heldOut].filter((each) => !classes.includes(each));
  if (unknown.length > 0)
    return unknown.map((each) => ({
      path,
      message: `${name} has no class ${each}. Its classes are ${classes.join(', ')}.`,
    }));
  return heldOut.size > classes.length - 2
    ? [
        {
          path,
          message: `Holding out ${heldOut.size} of ${classes.length} classes leaves no two to tell apart.`,
        },
      ]
    : [];
}

/** What the library and the task make impossible for the sources of an open-world measurement. */
function sourceIssues(cell: Cell, datasets: ReadonlyMap<string, DatasetFacts>): StudyIssue[] {
  return cell.evaluate.openWorld.flatMap(({ source }, index) =>
    source === 'in-distribution'
      ? []
      : issuesOfSource(source, cell, datasets).map((message) => ({
          path: ['evaluate', 'openWorld', index, 'source'],
          message,
        })),
  );
}

/** The same for outliers of a training, which are training images. */
function outlierIssues(cell: Cell, datasets: ReadonlyMap<string, DatasetFacts>): StudyIssue[] {
  const { pretrain, prune, finetune } = resolveCell(cell);
  const stages = [
    ['pretrain', pretrain.objective],
    ['prune', objectiveOf(prune)],
    ['finetune', finetune?.objective],
  ] as const;
  return stages.flatMap(([stage, objective]) => {
    const outliers = objective && outliersOf(objective);
    const isMatched = stage !== 'pretrain' && objective === pretrain.objective;
    if (outliers === undefined || isMatched) return [];
    const untrained = untrainable(outliers, datasets);
    const messages = untrained.length > 0 ? untrained : issuesOfSource(outliers, cell, datasets);
    return messages.map((message) => ({ path: [stage], message }));
  });
}

function untrainable(source: Source, datasets: ReadonlyMap<string, DatasetFacts>): string[] {
  if (source.kind === 'held-out-classes')
    return ['Held-out classes are never trained on, so they cannot be outliers. Take another source.'];
  const isTestOnly = source.kind === 'dataset' && datasets.get(source.name)?.trainCount === 0;
  return isTestOnly ? [`${source.name} has only test images, so no outliers for training come from it.`] : [];
}

function issuesOfSource(
  source: Source,
  { dataset }: Pick<Cell, 'dataset'>,
  datasets: ReadonlyMap<string, DatasetFacts>,
): string[] {
  if (source.kind === 'held-out-classes' && dataset.heldOut === undefined)
    return ['Held-out classes are a source only where the dataset names some: heldOut: [...].'];
  if (source.kind !== 'dataset') return [];
  const facts = datasets.get(source.name);
  if (facts === undefined) return [unknownDataset(source.name, [...datasets.keys()]).message];
  if (source.name === dataset.name)
    return [`${source.name} is the task itself. Give another dataset, or hold classes out.`];
  const unknown = (source.exclude ?? []).filter((each) => !facts.classes.includes(each));
  return unknown.map((each) => `${source.name} has no class ${each} to exclude.`);
}
