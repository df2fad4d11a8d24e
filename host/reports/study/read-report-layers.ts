import { readLayers } from '../views/layers.ts';
import type { ReportSource } from './read-study-report.ts';
import type { Group } from './compared-runs.ts';
import type { StudyReport } from './study-report.ts';

const mostGroups = 12;

/** Adds what the stored models of the pruned groups say, of one seed each: the first whose models are there. */
export async function withLayers(source: ReportSource, report: StudyReport): Promise<StudyReport> {
  const layers: StudyReport['layers'][number][] = [];
  for (const group of report.groups.filter(({ isDense }) => !isDense).slice(0, mostGroups))
    layers.push(...(await layersOf(source, group)));
  return { ...report, layers };
}

async function layersOf(source: ReportSource, group: Group): Promise<StudyReport['layers']> {
  for (const { key, seed } of group.runs) {
    const view = await readLayers(source, key).catch(() => undefined);
    if (view !== undefined && view.layers.length > 0 && (view.after ?? view.pruned) !== undefined)
      return [{ group, run: key, seed, view }];
  }
  return [];
}
