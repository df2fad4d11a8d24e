import { attackName } from '#contract/attack.ts';
import { certificateName } from '#contract/certificate.ts';
import { flattenSettings } from '#contract/factors.ts';
import type { Training } from '#contract/objective.ts';
import { densityOf } from '#contract/pruning.ts';
import type { Settings } from '#contract/run.ts';
import type { Cell } from '#contract/study.ts';

/** A cell with nothing left to look up: `matched` replaced by what it matches, a fine-tuning of no epochs left out. */
export type ResolvedCell = Omit<Cell, 'finetune'> & { readonly finetune: Training | undefined };

export const resolveCell = ({ finetune, ...cell }: Cell): ResolvedCell => ({
  ...cell,
  finetune:
    finetune === undefined || finetune.epochs === 0
      ? undefined
      : {
          ...finetune,
          objective: finetune.objective === 'matched' ? cell.pretrain.objective : finetune.objective,
        },
});

/** What tables show of a run, and what `exclude` names. Every run has a density, the dense ones 1. */
export function settingsOf(cell: Cell | ResolvedCell): Settings {
  const { evaluate, ...rest } = cell;
  const attacks = evaluate.attacks.map(attackName);
  const certificates =
    evaluate.certificates.length === 0 ? undefined : evaluate.certificates.map(certificateName);
  return {
    ...flattenSettings({ ...rest, evaluate: { ...evaluate, attacks, certificates } }),
    'prune.density': densityOf(cell.prune),
  };
}
