import type { Factor } from '#contract/factors.ts';
import { settingText } from '#contract/setting-text.ts';
import type { Scalar, Settings } from '#contract/run.ts';
import { optionalSettings } from './optional-settings.ts';

type Named = { readonly settings: Settings; readonly seed: number };

/** Names runs by what varies among them: `adversarial density 0.1 seed 2`. */
export function nameRuns(runs: readonly Named[], factors: readonly Factor[]): string[] {
  const paths = varyingPaths(
    runs.map((run) => run.settings),
    factors,
  );
  const seedsVary = new Set(runs.map((run) => run.seed)).size > 1;
  return runs.map(({ settings, seed }) => {
    const words = wordsOf(settings, paths);
    return [...words, ...(seedsVary || words.length === 0 ? [`seed ${seed}`] : [])].join(' ');
  });
}

/** Settings at or below a factor that take more than one value, or say that a part is there which others lack. */
function varyingPaths(all: readonly Settings[], factors: readonly Factor[]): string[] {
  const roots = factors.map(({ path }) => path.join('.').replace(/\.(?:kind|name)$/, ''));
  const values = new Map<string, Set<Scalar>>();
  for (const settings of all)
    for (const [path, value] of Object.entries(settings)) {
      if (!roots.some((root) => path === root || path.startsWith(`${root}.`))) continue;
      values.set(path, (values.get(path) ?? new Set()).add(value));
    }
  const optional = new Set(optionalSettings(all).told);
  return [...values].filter(([path, taken]) => taken.size > 1 || optional.has(path)).map(([path]) => path);
}

function wordsOf(settings: Settings, paths: readonly string[]): string[] {
  const isDense = settings['prune'] === 'none';
  const words = paths.flatMap((path): string[] => {
    const value = settings[path];
    if (value === undefined) return [];
    if (isDense && (path === 'prune' || path.startsWith('prune.'))) return ['dense'];
    return [typeof value === 'string' ? value : `${lastWords(path)} ${settingText(path, value)}`];
  });
  return [...new Set(words)];
}

/** `epochs`; of the training inside of pruning `pruning epochs`, since fine-tuning has epochs too. */
const lastWords = (path: string): string =>
  [
    ...(/^prune\..*\btraining\./.test(path) ? ['pruning'] : []),
    path.slice(path.lastIndexOf('.') + 1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
  ].join(' ');
