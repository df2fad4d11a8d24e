import { canonicalJson } from '#contract/canonical-json.ts';
import type { Settings } from '#contract/run.ts';

type Comparable = { readonly key: string; readonly seed: number; readonly settings: Settings };

const isDense = (run: { readonly settings: Settings }): boolean => run.settings['prune'] === 'none';

/**
 * The run that a pruned one is measured against: the same settings and seed, pruned not at all. Which evaluations
 * were asked for does not matter: they are matched one by one.
 */
export function denseTwinOf<Run extends Comparable>(run: Comparable, runs: readonly Run[]): Run | undefined {
  if (isDense(run)) return undefined;
  const identity = identityOf(run);
  return runs.find((other) => isDense(other) && identityOf(other) === identity);
}

function identityOf({ seed, settings }: Comparable): string {
  const own = Object.entries(settings).filter(([path]) => !/^(prune|evaluate)(\.|$)/.test(path));
  return canonicalJson({ seed, settings: Object.fromEntries(own) });
}
