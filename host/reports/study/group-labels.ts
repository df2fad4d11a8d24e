import { canonicalJson } from '#contract/canonical-json.ts';
import type { Scalar, Settings } from '#contract/run.ts';
import { settingText } from '#contract/setting-text.ts';
import { alternativeOf, optionalSettings } from '#host/planner/optional-settings.ts';

/**
 * Paths whose value is not the same in all runs, in the order of the study; a missing setting is a value too. How
 * weights are pruned varies only where pruned runs differ in it: that dense ones are not pruned says the density.
 */
export function varyingPaths(all: readonly Settings[]): string[] {
  const pruned = all.filter((settings) => settings['prune'] !== 'none');
  const paths = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const optional = optionalSettings(pruned);
  return paths
    .filter((path) => !optional.paths.has(path) || optional.told.includes(path))
    .filter((path) => {
      const compared = isPrunePath(path) && path !== 'prune.density' ? pruned : all;
      return (
        new Set(compared.map((settings) => settings[path])).size > 1 && !followsFromParent(path, compared)
      );
    })
    .sort((left, right) => rankOf(left) - rankOf(right));
}

/** An adversarial objective has an epsilon and a natural one none: that is one difference, not two. */
function followsFromParent(path: string, all: readonly Settings[]): boolean {
  const parent = alternativeOf(path, all);
  if (path === 'prune.density' || parent === undefined) return false;
  const byParent = new Map<Scalar | undefined, Set<Scalar | undefined>>();
  for (const settings of all) {
    const seen = byParent.get(settings[parent]) ?? new Set();
    byParent.set(settings[parent], seen.add(settings[path]));
  }
  return [...byParent.values()].every((values) => values.size === 1);
}

/** In the order in which a run meets them. */
const order = ['dataset', 'network', 'pretrain', 'prune', 'finetune', 'evaluate'];
const rankOf = (path: string): number => order.indexOf(path.split('.')[0] ?? '');

export const densityOfSettings = (settings: Settings): number => {
  const density = settings['prune.density'];
  return typeof density === 'number' && settings['prune'] !== 'none' ? density : 1;
};

const isPrunePath = (path: string): boolean => path === 'prune' || path.startsWith('prune.');

/** Settings that all groups of one line of a figure share; dense groups belong to every line of the same rest. */
export function lineOf(settings: Settings, options: { readonly withPruning: boolean }): string {
  const own = Object.entries(settings).filter(
    ([path]) => path !== 'prune.density' && (options.withPruning || !isPrunePath(path)),
  );
  return canonicalJson(Object.fromEntries(own));
}

/** In words, what sets a group apart: `adversarial → natural, cnn-small, magnitude`; density is said apart. */
export function labelOfSettings(settings: Settings, varying: readonly string[]): string {
  const objectives = objectivePair(settings, varying);
  const rest = varying
    .filter((path) => !isObjective(path) && path !== 'prune.density')
    .flatMap((path) => phrase(path, settings[path]));
  return [...objectives, ...rest].join(', ') || objectivePair(settings, ['pretrain.objective']).join('');
}

const isObjective = (path: string): boolean => path === 'pretrain.objective' || path === 'finetune.objective';

function objectivePair(settings: Settings, varying: readonly string[]): string[] {
  if (!varying.some(isObjective)) return [];
  const [before, after] = [settings['pretrain.objective'], settings['finetune.objective']];
  if (before === undefined) return [];
  if (after === undefined) return [String(before)];
  return [`${before} → ${after === 'matched' ? before : after}`];
}

function phrase(path: string, value: Scalar | undefined): string[] {
  if (value === undefined) return [];
  if (path === 'prune') return value === 'none' ? [] : [String(value)];
  if (path === 'prune.scope') return [`per ${value}`];
  if (path === 'network' || path === 'dataset') return [String(value)];
  return [`${path} ${settingText(path, value)}`];
}
