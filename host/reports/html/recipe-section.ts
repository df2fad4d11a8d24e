import { duration, shortKey } from '../study/format.ts';
import type { ReportStage, StudyReport } from '../study/study-report.ts';
import { markup, type Markup } from './markup.ts';

/** Everything that is needed to do it again. */
export function recipeSection({ study, stages }: StudyReport): Markup {
  return markup`<section><h2>Recipes</h2>
<p class="note">Every stage is a function of its recipe alone; its key is the recipe’s sha256.</p>
<details><summary>Study file</summary><pre>${study.yaml}</pre></details>
${stages.map(stage)}</section>`;
}

const stage = ({ key, label, state, seconds, recipe, device }: ReportStage): Markup =>
  markup`<details class="recipe"><summary><span>${label}</span><small>${state}${seconds !== undefined && `, ${duration(seconds)}`}${device !== undefined && ` on ${device}`}</small><code title="${key}">${shortKey(key)}</code></summary><pre>${recipe}</pre></details>`;
