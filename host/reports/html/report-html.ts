import { epsilonCurves } from '../figures/epsilon-curves.ts';
import { sandwichFigure } from '../figures/sandwich-figure.ts';
import { costMeasure, costPlane, tradeOffPlane } from '../figures/trade-off-plane.ts';
import { day } from '../study/format.ts';
import { kindOf, titleOf } from '../study/question-words.ts';
import type { StudyReport } from '../study/study-report.ts';
import { budgetSection } from './budget-section.ts';
import { figureSection } from './figure-section.ts';
import { Markup, markup } from './markup.ts';
import { layerSection } from './layer-section.ts';
import { matrixSection } from './matrix-section.ts';
import { openWorldSection } from './open-world-section.ts';
import { originSection } from './origin-section.ts';
import { recipeSection } from './recipe-section.ts';
import { reportStyle } from './report-style.ts';
import { runSection } from './run-section.ts';
import { sizeSection } from './size-section.ts';
import { tableSection } from './table-section.ts';

/** One file that needs nothing else: no network, no script. */
export function reportHtml(report: StudyReport): string {
  return `<!doctype html>\n${page(report).text}\n`;
}

const page = (report: StudyReport): Markup => markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Redoubt">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${report.study.name}</title>
<style>${new Markup(reportStyle)}</style>
</head>
<body>
<main>
${header(report)}
${contradictions(report)}
${findings(report)}
${figures(report)}
${matrixSection(report)}
${tableSection(report)}
${openWorldSection(report)}
${sizeSection(report)}
${layerSection(report)}
${budgetSection(report)}
${threatSection(report)}
${runSection(report)}
${originSection(report)}
${recipeSection(report)}
</main>
</body>
</html>`;

function header(report: StudyReport): Markup {
  const { study, madeAt, runs, factors, seeds } = report;
  const finished = runs.filter(({ state }) => state === 'done').length;
  return markup`<header>
<p class="brand">Redoubt study report</p>
<h1>${study.name}</h1>
${study.description !== '' && markup`<p class="lead">${study.description}</p>`}
<dl class="facts">
${sameEverywhere(report).map(({ name, value }) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
<div><dt>Runs</dt><dd>${finished} of ${runs.length} finished</dd></div>
<div><dt>Seeds</dt><dd>${seeds.join(', ')}</dd></div>
<div><dt>Submitted</dt><dd>${day(study.submittedAt)}</dd></div>
<div><dt>Report made</dt><dd>${day(madeAt)}</dd></div>
</dl>
${finished < runs.length && markup`<p class="notice">${runs.length - finished} of ${runs.length} runs are not finished: their numbers are missing below.</p>`}
${
  factors.length > 0 &&
  markup`<section class="factors"><h2>What was compared</h2><dl>${factors.map(
    ({ path, values }) =>
      markup`<div><dt>${path}</dt><dd>${values.map((value) => markup`<span class="chip">${value}</span>`)}</dd></div>`,
  )}</dl></section>`
}
</header>`;
}

const leading = [
  { path: 'dataset', name: 'Dataset' },
  { path: 'network', name: 'Network' },
  { path: 'evaluate.examples', name: 'Test images' },
];

/** The settings that a reader asks for first, where all runs agree in them. */
const sameEverywhere = ({ runs, factors }: StudyReport) =>
  leading.flatMap(({ path, name }) => {
    const value = runs[0]?.settings[path];
    const varies = factors.some((factor) => factor.path === path);
    return value === undefined || varies ? [] : [{ name, value: String(value) }];
  });

function contradictions({ contradictions: messages }: StudyReport): Markup {
  if (messages.length === 0) return markup``;
  return markup`<section class="contradictions" role="alert"><h2>These certificates are refused</h2>${messages.map((message) => markup`<p class="error">${message}</p>`)}</section>`;
}

function findings({ findings: sentences }: StudyReport): Markup {
  if (sentences.length === 0) return markup``;
  return markup`<section class="findings"><h2>What the numbers show</h2>${sentences.map((sentence) => markup`<p>${sentence}</p>`)}</section>`;
}

function figures(report: StudyReport): Markup {
  const bars = 'Bars: Wilson 95 % interval for one test set of this size.';
  const spread =
    report.seeds.length > 1
      ? `${bars} Shaded: from the lowest to the highest seed; small dots: single seeds.`
      : bars;
  const note = `${spread} Dashed steps and rings: the Pareto front of the means, which no other network of this study beats in both.`;
  const sandwich = sandwichFigure(report);
  return markup`${figureSection({ title: 'Trade-off plane', note, figure: tradeOffPlane(report) })}
${figureSection({ title: costTitle(report), note, figure: costPlane(report) })}
${figureSection({
  title: 'Accuracy against epsilon',
  note: `${spread} At epsilon 0 stands the clean accuracy.`,
  figure: epsilonCurves(report),
})}
${figureSection({
  title: 'Between attack and certificate',
  note: `${bars} Shaded: what neither attacks nor certificates decide; the true accuracy lies in it.${sandwich.leftOut > 0 ? ` ${sandwich.leftOut} more networks are left out.` : ''}`,
  figure: sandwich,
})}`;
}

function costTitle(report: StudyReport): string {
  const measure = costMeasure(report);
  return measure === undefined ? '' : `${titleOf(measure)}, against cost`;
}

function threatSection({ questions }: StudyReport): Markup {
  const attacked = questions.filter((question) => ['attacked', 'worst'].includes(kindOf(question)));
  const certified = questions.filter((question) => kindOf(question) === 'certified');
  return markup`${attacked.length > 0 && threats(attacked)}${certified.length > 0 && guarantees(certified)}`;
}

const threats = (attacked: StudyReport['questions']): Markup => markup`<section><h2>Threat model</h2>
<p>An attack gives evidence, never proof: attacked accuracy is the fraction of test images that the named attack left correctly classified, out of all images, those misclassified without an attack included.</p>
${described(attacked)}</section>`;

const guarantees = (certified: StudyReport['questions']): Markup => markup`<section><h2>Guarantees</h2>
<p>Certified accuracy is the fraction of test images proved correct on the whole ball, out of all images. A verified image survives every attack inside its ball; this was checked against every attack of the same run.</p>
${described(certified)}</section>`;

const described = (questions: StudyReport['questions']): Markup =>
  markup`<dl class="threats">${questions.map(({ id, threat }) => markup`<div><dt>${id}</dt><dd>${threat}</dd></div>`)}</dl>`;
