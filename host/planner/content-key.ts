import { createHash } from 'node:crypto';
import { canonicalJson } from '#contract/canonical-json.ts';
import { recipeText, type Recipe, type StageKey } from '#contract/stage.ts';

/** The name of a stage everywhere: equal for equal recipes, and for nothing else. */
export const contentKey = (recipe: Recipe): StageKey => sha256(recipeText(recipe));

/** A run is its path: the same stages, in whatever study and order they were asked for. */
export const runKey = (stages: readonly StageKey[]): string => sha256(canonicalJson(stages.toSorted()));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
