import { attackName } from '#contract/attack.ts';
import { certificateName } from '#contract/certificate.ts';
import { flattenSettings } from '#contract/factors.ts';
import { matchTraining, type Training } from '#contract/objective.ts';
import { openWorldName } from '#contract/open-world.ts';
import { densityOf, matchPruning, type Pruning } from '#contract/pruning.ts';
import type { Settings } from '#contract/run.ts';
import type { Cell } from '#contract/study.ts';

/** A cell with nothing left to look up: `matched` replaced by what it matches, a fine-tuning of no epochs left out. */
export type ResolvedCell = Omit<Cell, 'finetune' | 'prune'> & {
  readonly prune: Pruning;
  readonly finetune: Training | undefined;
};

export const resolveCell = ({ prune, finetune, ...cell }: Cell): ResolvedCell => ({
  ...cell,
  prune: matchPruning(prune, cell.pretrain.objective),
  finetune:
    finetune === undefined || finetune.epochs === 0
      ? undefined
      : matchTraining(finetune, cell.pretrain.objective),
});

/** What tables show of a run, and what `exclude` names. Every run has a density, the dense ones 1. */
export function settingsOf(cell: Cell | ResolvedCell): Settings {
  const { evaluate, ...rest } = cell;
  const attacks = evaluate.attacks.map(attackName);
  const certificates =
    evaluate.certificates.length === 0 ? undefined : evaluate.certificates.map(certificateName);
  const openWorld = evaluate.openWorld.length === 0 ? undefined : evaluate.openWorld.map(openWorldName);
  return {
    ...flattenSettings({ ...rest, evaluate: { ...evaluate, attacks, certificates, openWorld } }),
    'prune.density': densityOf(cell.prune),
    ...(cell.prune.kind === 'magnitude' &&
      cell.prune.schedule === undefined && { 'prune.schedule': 'one-shot' }),
  };
}
