import { canonicalJson } from '#contract/canonical-json.ts';
import type { Settings } from '#contract/run.ts';
import { epochsWithinPruning } from './epochs-within-pruning.ts';

type WithSettings = { readonly settings: Settings };
type Comparable = WithSettings & { readonly seed: number };

/** The run that a pruned one is measured against: its dense twin of the same seed. */
export const denseTwinOf = <Run extends Comparable>(run: Comparable, runs: readonly Run[]): Run | undefined =>
  findDense(
    run,
    runs.filter(({ seed }) => seed === run.seed),
  );

/**
 * The same settings, pruned not at all. Where pruning trains, the dense one that has those epochs in its fine-tuning
 * comes before the one that does without (docs/decisions/0016). Which evaluations were asked for does not matter: they
 * are matched one by one.
 */
export function findDense<One extends WithSettings>(
  pruned: WithSettings,
  all: readonly One[],
): One | undefined {
  if (isDense(pruned)) return undefined;
  const identity = identityOf(pruned);
  const dense = all.filter((other) => isDense(other) && identityOf(other) === identity);
  const finetuned = epochsOfFinetuning(pruned);
  const trained = finetuned + epochsWithinPruning(pruned.settings);
  return (
    dense.find((other) => epochsOfFinetuning(other) === trained) ??
    dense.find((other) => epochsOfFinetuning(other) === finetuned)
  );
}

const isDense = ({ settings }: WithSettings): boolean => settings['prune'] === 'none';

const finetuningPath = 'finetune.epochs';
const epochsOfFinetuning = ({ settings }: WithSettings): number => Number(settings[finetuningPath] ?? 0);

function identityOf({ settings }: WithSettings): string {
  const own = Object.entries(settings).filter(
    ([path]) => path !== finetuningPath && !/^(prune|evaluate)(\.|$)/.test(path),
  );
  return canonicalJson(Object.fromEntries(own));
}
