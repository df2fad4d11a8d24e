import type { SeedSpread, SizeMetric, SizeRow } from '#contract/compare.ts';
import { sizeTable } from '../compare/size-table.ts';
import { sizeText } from '../figures/size-scale.ts';
import { densityText } from '../study/format.ts';
import type { StudyReport } from '../study/study-report.ts';
import { markup, type Markup } from './markup.ts';

type Column = { readonly metric: SizeMetric; readonly title: string; readonly note: string };
const columns: readonly Column[] = [
  { metric: 'density', title: 'Density', note: 'kept of all prunable' },
  { metric: 'density.effective', title: 'Effective density', note: 'without dead weights' },
  { metric: 'bytes.sparse', title: 'Compressed', note: 'bytes on disk' },
  { metric: 'bytes.dense', title: 'Dense', note: 'bytes on disk' },
  { metric: 'macs.nonzero', title: 'Nonzero MACs', note: 'per image' },
  { metric: 'macs.dense', title: 'Dense MACs', note: 'per image' },
  { metric: 'latency.1', title: 'Latency', note: 'ms, batch 1' },
  { metric: 'latency.64', title: 'Latency', note: 'ms, batch 64' },
  { metric: 'bytes.shrunk', title: 'Shrunk', note: 'bytes, channels taken out' },
  { metric: 'macs.shrunk', title: 'Shrunk MACs', note: 'per image' },
  { metric: 'latency.shrunk.1', title: 'Shrunk latency', note: 'ms, batch 1' },
  { metric: 'latency.shrunk.64', title: 'Shrunk latency', note: 'ms, batch 64' },
];

/** The five honest sizes of every network. */
export function sizeSection(report: StudyReport): Markup {
  const rows = sizeTable(report);
  const shown = columns.filter(({ metric }) => rows.some(({ sizes }) => sizes[metric] !== undefined));
  const hasLatency = shown.some(({ metric }) => metric.startsWith('latency'));
  if (rows.length === 0) return markup``;
  return markup`<section class="sizes"><h2>Sizes</h2>
<div class="scroll"><table class="dense">
<thead><tr><th scope="col">Training</th>${shown.map(({ title, note }) => markup`<th scope="col" class="number">${title}<small>${note}</small></th>`)}</tr></thead>
<tbody>${rows.map((each) => row(each, shown))}</tbody></table></div>
<p class="note">Means over seeds. Sparse weights save disk space and nonzero multiply-accumulates; they save time only where whole channels are taken out.${hasLatency && ' Latency is measured, of the network as it is executed.'}</p></section>`;
}

const row = ({ label, density, sizes }: SizeRow, shown: readonly Column[]): Markup =>
  markup`<tr><th scope="row">${label}${label !== '' && ', '}${density === 1 ? 'dense' : densityText(density)}</th>${shown.map(
    ({ metric }) => markup`<td class="number">${written(metric, sizes[metric])}</td>`,
  )}</tr>`;

function written(metric: SizeMetric, spread: SeedSpread | undefined): string {
  if (spread === undefined) return '–';
  return metric.startsWith('density') ? densityText(spread.mean) : sizeText(spread.mean, { id: metric });
}
