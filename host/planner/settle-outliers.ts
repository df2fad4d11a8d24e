import type { DatasetFacts } from '#contract/dataset.ts';
import { hasBackground, outliersOf, type Objective } from '#contract/objective.ts';
import { mapObjective, objectiveOf } from '#contract/pruning.ts';
import type { Source } from '#contract/source.ts';
import type { ResolvedCell } from './run-settings.ts';

export type Overlaps = NonNullable<DatasetFacts['overlaps']>;

/** Which classes of a source count as the task's own stands in the recipe: overlap lists may be edited later. */
export const withoutOverlaps = (source: Source, overlaps: Overlaps): Source =>
  source.kind === 'dataset'
    ? { ...source, exclude: source.exclude ?? [...(overlaps[source.name] ?? [])] }
    : source;

/** The cell whose outliers of training say which classes they leave out. */
export function settleOutliers(
  cell: ResolvedCell,
  datasets: ReadonlyMap<string, DatasetFacts>,
): ResolvedCell {
  const overlaps = datasets.get(cell.dataset.name)?.overlaps ?? {};
  const settled = <Each extends Objective | 'matched'>(objective: Each): Each =>
    typeof objective === 'object' && 'outliers' in objective
      ? { ...objective, outliers: withoutOverlaps(objective.outliers, overlaps) }
      : objective;
  const { pretrain, prune, finetune } = cell;
  return {
    ...cell,
    pretrain: { ...pretrain, objective: settled(pretrain.objective) },
    prune: mapObjective(prune, (objective) => settled(objective as Objective)),
    finetune: finetune && { ...finetune, objective: settled(finetune.objective) },
  };
}

/** What a run minimises from its first stage to its last. */
const objectivesOf = ({
  pretrain,
  prune,
  finetune,
}: Pick<ResolvedCell, 'pretrain' | 'prune' | 'finetune'>): readonly Objective[] =>
  [pretrain.objective, objectiveOf(prune), finetune?.objective].filter((each) => each !== undefined);

/** A network has an output for inputs of no class where any training of its run asks for one. */
export const needsBackground = (cell: ResolvedCell): boolean => objectivesOf(cell).some(hasBackground);

/** Every source of outliers that a run trains with. */
export const trainedOutliers = (cell: ResolvedCell): readonly Source[] =>
  objectivesOf(cell)
    .map(outliersOf)
    .filter((each) => each !== undefined);
