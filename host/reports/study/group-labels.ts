import { canonicalJson } from '#contract/canonical-json.ts';
import type { Scalar, Settings } from '#contract/run.ts';

/** Paths whose value is not the same in all runs, in the order of the study; a missing setting is a value too. */
export function varyingPaths(all: readonly Settings[]): string[] {
  const paths = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  return paths.filter((path) => new Set(all.map((settings) => settings[path])).size > 1);
}

export const densityOfSettings = (settings: Settings): number => {
  const density = settings['prune.density'];
  return typeof density === 'number' && settings['prune'] !== 'none' ? density : 1;
};

export const isPrunePath = (path: string): boolean => path === 'prune' || path.startsWith('prune.');

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
    .filter((path) => !isObjective(path) && path !== 'prune.density' && isSaid(path, varying))
    .flatMap((path) => phrase(path, settings[path]));
  return [...objectives, ...rest].join(', ') || objectivePair(settings, ['pretrain.objective']).join('');
}

const isObjective = (path: string): boolean => path === 'pretrain.objective' || path === 'finetune.objective';

/** The parts of an objective follow from its kind unless they vary by themselves. */
function isSaid(path: string, varying: readonly string[]): boolean {
  const parent = path.slice(0, path.lastIndexOf('.'));
  return !(varying.includes(parent) && isObjective(parent));
}

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
  return [`${path} ${String(value)}`];
}
