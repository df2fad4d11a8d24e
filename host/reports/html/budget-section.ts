import type { BudgetRow } from '#contract/compare.ts';
import { budgetsOf } from '../compare/budgets.ts';
import { densityText } from '../study/format.ts';
import type { StudyReport } from '../study/study-report.ts';
import { markup, type Markup } from './markup.ts';

/** What every network was given to learn with. Equal budgets take one line. */
export function budgetSection({ groups }: StudyReport): Markup {
  const { rows, warnings } = budgetsOf(groups);
  const distinct = new Map(rows.map((row) => [epochsOf(row), row]));
  if (rows.length === 0) return markup``;
  const [only] = distinct.values();
  return markup`<section class="budgets"><h2>Training budgets</h2>
${warnings.map((warning) => markup`<p class="notice">${warning}</p>`)}
${distinct.size === 1 && only !== undefined ? markup`<p>Every network was trained for ${sentence(only)}.</p>` : table(rows)}</section>`;
}

const epochsOf = ({ pretrain, prune, finetune }: BudgetRow): string => `${pretrain} ${prune} ${finetune}`;

const sentence = ({ pretrain, prune, finetune, total }: BudgetRow): string => {
  const parts = [
    `${pretrain} of pre-training`,
    ...(prune > 0 ? [`${prune} within pruning`] : []),
    ...(finetune > 0 ? [`${finetune} of fine-tuning`] : []),
  ];
  return parts.length === 1 ? `${total} epochs` : `${total} epochs: ${parts.join(', ')}`;
};

const table = (rows: readonly BudgetRow[]): Markup => markup`<div class="scroll"><table class="dense">
<thead><tr><th scope="col">Training</th><th scope="col" class="number">Pre-training</th><th scope="col" class="number">Within pruning</th><th scope="col" class="number">Fine-tuning</th><th scope="col" class="number">Epochs</th></tr></thead>
<tbody>${rows.map(
  ({ label, density, pretrain, prune, finetune, total }) =>
    markup`<tr><th scope="row">${label}${label !== '' && ', '}${density === 1 ? 'dense' : densityText(density)}</th><td class="number">${pretrain}</td><td class="number">${prune}</td><td class="number">${finetune}</td><td class="number">${total}</td></tr>`,
)}</tbody></table></div>`;
