import type { DatasetManifest } from '#contract/dataset.ts';
import type { Environment } from '#contract/device.ts';
import { shortKey } from '../study/format.ts';
import type { StudyReport } from '../study/study-report.ts';
import { markup, type Markup } from './markup.ts';

/** What the numbers were made from and with. */
export function originSection({ datasets, environments }: StudyReport): Markup {
  return markup`<section class="origin"><h2>Data and environment</h2>
<div class="cards">${datasets.map(datasetCard)}${environments.map(environmentCard)}
${datasets.length + environments.length === 0 && markup`<p>Nothing was executed yet.</p>`}</div></section>`;
}

const datasetCard = ({ title, provenance, splits, shape, classes, checksum }: DatasetManifest): Markup =>
  card(title, [
    ['Source', provenance.source],
    ['Licence', provenance.licence],
    ['Images', `${splits.train?.count ?? 0} training, ${splits.test.count} test; ${shape.join(' × ')}`],
    ['Classes', classes.length > 12 ? String(classes.length) : classes.join(', ')],
    ...provenance.notes.map((note) => ['Note', note] as const),
    ['Checksum', checksum],
  ]);

const environmentCard = (environment: Environment): Markup =>
  card(environment.device, [
    ['Engine', `${environment.engine} ${environment.engineVersion}`],
    ['Redoubt', environment.redoubt],
    ['Node', environment.node],
    ['Platform', environment.platform],
  ]);

const card = (title: string, facts: readonly (readonly [string, string])[]): Markup =>
  markup`<article><h3>${title}</h3><dl>${facts.map(
    ([name, value]) =>
      markup`<div><dt>${name}</dt><dd>${/^[0-9a-f]{64}$/.test(value) ? markup`<code title="${value}">${shortKey(value)}</code>` : value}</dd></div>`,
  )}</dl></article>`;
