import type { ComparisonScope } from '#contract/compare.ts';
import { readComparedRuns } from '#host/reports/study/read-compared-runs.ts';
import type { ComparedRuns } from '#host/reports/study/compared-runs.ts';
import type { StoredRun, StoredStage } from '#host/store/store.ts';
import { RequestError } from '../request-error.ts';
import type { HostParts } from './host-parts.ts';
import { knownStudy } from './study-answers.ts';

export type ReadRuns = { readonly compared: ComparedRuns; readonly stages: readonly StoredStage[] };

/** A screen asks several questions about the same runs: they are read again only when something of them changed. */
export function rememberedReading<Reading>(
  parts: HostParts,
  read: (found: ReadRuns) => Reading,
): (scope: ComparisonScope) => Reading {
  let last: { readonly state: string; readonly reading: Reading } | undefined;
  return (scope) => {
    const runs = runsOf(parts, scope);
    const state = JSON.stringify([scope, runs.map((run) => [run.key, run.state, Object.keys(run.metrics)])]);
    if (last?.state === state) return last.reading;
    const stages = evaluationStages(parts, runs);
    const reading = read({ compared: readComparedRuns(parts.store, runs, stages), stages });
    last = { state, reading };
    return reading;
  };
}

function runsOf(parts: HostParts, scope: ComparisonScope): readonly StoredRun[] {
  if ('study' in scope) return parts.store.runsOf(knownStudy(parts, scope.study).id);
  const wanted = new Set(scope.runs);
  const found = parts.store.runs().filter(({ key }) => wanted.has(key));
  const known = new Set(found.map(({ key }) => key));
  const missing = scope.runs.find((key) => !known.has(key));
  if (missing === undefined) return found;
  throw new RequestError('not-found', `There is no run ${missing.slice(0, 10)} in this workspace.`);
}

const evaluationStages = ({ store }: HostParts, runs: readonly StoredRun[]) =>
  [...new Set(runs.flatMap(({ stages }) => stages))].flatMap((key) => {
    const stage = store.stage(key);
    return stage?.kind === 'evaluate' ? [stage] : [];
  });
