import type { LayersView, LayerView } from '#contract/views.ts';
import { histogramKeys, weightHistogram } from '../figures/weight-histogram.ts';
import { listLines } from '../study/group-lines.ts';
import { densityText, shortKey } from '../study/format.ts';
import type { ReportLayers, StudyReport } from '../study/study-report.ts';
import { markup, type Markup } from './markup.ts';

const mostNetworks = 4;
const mostLayers = 8;

/** Where pruning took the weights from, and what it did to those it left. */
export function layerSection(report: StudyReport): Markup {
  const { layers } = report;
  if (layers.length === 0) return markup``;
  const sparsest = sparsestOfLines(report).slice(0, mostNetworks);
  return markup`<section class="layers"><h2>Layers</h2>
<div class="scroll">${densityTable(layers)}</div>
<p class="note">Kept share of the weights of each layer, in percent, at one seed of each group.</p>
${sparsest.map(histograms)}
<p class="note">Weights of the trained network and those that pruning and fine-tuning left, over the same bins. Heights are shares of the fullest bin of each, because few weights are left; pruned weights, exactly zero, are not drawn.</p></section>`;
}

function densityTable(layers: readonly ReportLayers[]): Markup {
  const names = [...new Set(layers.flatMap(({ view }) => view.layers.map(({ name }) => name)))];
  return markup`<table class="dense"><thead><tr><th scope="col">Training</th>${names.map((name) => markup`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${layers.map(
    ({ group, run, view }) =>
      markup`<tr><th scope="row" title="run ${shortKey(run)}">${titleOf(group)}</th>${names.map((name) => densityCell(view, name))}</tr>`,
  )}</tbody></table>`;
}

function densityCell(view: LayersView, name: string): Markup {
  const layer = view.layers.find((each) => each.name === name);
  if (layer === undefined) return markup`<td class="number missing">–</td>`;
  return markup`<td class="number">${Number((100 * layer.density).toPrecision(3))}<small>of ${layer.weights.toLocaleString('en')}</small></td>`;
}

const titleOf = ({ label, density }: ReportLayers['group']): string =>
  [label, `density ${densityText(density)}`].filter((part) => part !== '').join(', ');

function histograms({ group, run, seed, view }: ReportLayers): Markup {
  const shown = view.layers.slice(0, mostLayers);
  const leftOut = view.layers.length - shown.length;
  return markup`<div class="figure"><h3>${titleOf(group)} <small>seed ${seed}, run ${shortKey(run)}${leftOut > 0 && `; the first ${shown.length} of ${view.layers.length} layers`}</small></h3>
<ul class="legend">${histogramKeys(view)}</ul>
<div class="small-panels">${shown.map((layer: LayerView) => weightHistogram(layer))}</div></div>`;
}

/** The most compressed network of every strategy and training. */
const sparsestOfLines = ({ groups, layers }: StudyReport): ReportLayers[] =>
  listLines(groups).flatMap((line) => {
    const own = layers.filter(({ group }) => line.groups.some(({ id }) => id === group.id));
    return own.toSorted((left, right) => left.group.density - right.group.density).slice(0, 1);
  });
