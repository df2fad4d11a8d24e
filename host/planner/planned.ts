import type { PlannedStage } from '#contract/plan.ts';
import type { Recipe } from '#contract/stage.ts';
import { contentKey } from './content-key.ts';
import type { Cost } from './estimate-work.ts';

export const planned = (recipe: Recipe, label: string, cost: Cost): PlannedStage => ({
  key: contentKey(recipe),
  kind: recipe.kind,
  recipe,
  label,
  ...cost,
});
