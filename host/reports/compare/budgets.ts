import type { BudgetRow, BudgetsView } from '#contract/compare.ts';
import type { Settings } from '#contract/run.ts';
import type { Group } from '../study/compared-runs.ts';
import { epochsWithinPruning } from '../views/epochs-within-pruning.ts';

/** Epochs of every group, and what in them makes the comparison unfair (science.md, "Fairness"). */
export function budgetsOf(groups: readonly Group[]): BudgetsView {
  const rows = groups.map(budgetOf);
  return {
    rows,
    warnings: [
      ...unequal(
        'Pruned networks were not trained for the same number of epochs',
        rows.filter((_, index) => groups[index]?.isDense === false),
        ({ total }) => `${total} epochs`,
      ),
      ...denseAgainstPruned(groups, rows),
      ...unequal('Learning rates of fine-tuning differ', groups, ({ settings }) => {
        const rate = settings['finetune.optimizer.learningRate'];
        return rate === undefined ? undefined : String(rate);
      }),
    ],
  };
}

function budgetOf({ id, label, density, settings }: Group): BudgetRow {
  const [pretrain, finetune] = [epochsAt(settings, 'pretrain.epochs'), epochsAt(settings, 'finetune.epochs')];
  const prune = epochsWithinPruning(settings);
  return { group: id, label, density, pretrain, prune, finetune, total: pretrain + prune + finetune };
}

function epochsAt(settings: Settings, path: string): number {
  const epochs = settings[path];
  return typeof epochs === 'number' ? epochs : 0;
}

/** The dense control does without the training of the pruning stage, unless the study gives it that elsewhere. */
function denseAgainstPruned(groups: readonly Group[], rows: readonly BudgetRow[]): string[] {
  const dense = rows.filter((_, index) => groups[index]?.isDense === true);
  const pruned = rows.filter((_, index) => groups[index]?.isDense === false);
  const most = Math.max(...dense.map(({ total }) => total));
  const longer = Math.max(...pruned.map(({ total }) => total));
  return dense.length > 0 && pruned.length > 0 && longer > most
    ? [
        `The dense control was trained for ${most} epochs, pruned networks for up to ${longer}: part of what they retain may be longer training.`,
      ]
    : [];
}

function unequal<Row extends { readonly label: string }>(
  sentence: string,
  rows: readonly Row[],
  textOf: (row: Row) => string | undefined,
): string[] {
  const byText = Map.groupBy(rows, textOf);
  byText.delete(undefined);
  if (byText.size < 2) return [];
  const parts = [...byText].map(([text, same]) => `${text ?? ''}: ${namesOf(same)}`);
  return [`${sentence} (${parts.join('; ')}).`];
}

const mostNamed = 3;

function namesOf(rows: readonly { readonly label: string }[]): string {
  const names = [...new Set(rows.map(({ label }) => (label === '' ? 'all runs' : label)))];
  const more = names.length - mostNamed;
  return more > 0 ? `${names.slice(0, mostNamed).join(', ')} and ${more} more` : names.join(', ');
}
