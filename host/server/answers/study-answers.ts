import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { studyHeaderSchema } from '#contract/study.ts';
import type { FactorView, FailedStage, Preset, StudyDetail, StudySummary } from '#contract/views.ts';
import { datasetFacts } from '#host/library/datasets/dataset-facts.ts';
import { previewStudy } from '#host/planner/preview-study.ts';
import type { RunRows } from '#host/reports/views/run-rows.ts';
import { estimateTimeLeft } from '#host/reports/views/time-left.ts';
import type { StoredStudy } from '#host/store/store.ts';
import { RequestError } from '../request-error.ts';
import { describeIssues, submitStudy } from '../submit-study.ts';
import type { Workbench } from '../workbench.ts';
import type { HostParts } from './host-parts.ts';
import { studyRemoval } from './study-removal.ts';
import { stagesToCancel, stagesToRetry } from './study-stages.ts';

export function studyAnswers(parts: HostParts, rows: RunRows): Workbench['studies'] {
  const { store, workspace, now } = parts;
  const known = (id: number): StoredStudy => knownStudy(parts, id);
  return {
    // The newest first: people come for what they did last.
    list: () =>
      store
        .studies()
        .map((study) => summaryOf(parts, study))
        .reverse(),
    get: (id) => detailOf(parts, known(id), rows),
    presets: () => Promise.resolve(readPresets(parts.presetFolder)),
    preview: (yaml) =>
      Promise.resolve(
        previewStudy(yaml, {
          datasets: datasetFacts(workspace.libraryFolder),
          speeds: store.measuredSpeeds(),
          doneStages: store.doneStages,
        }),
      ),
    submit: (yaml) => {
      const submitted = submitStudy({ store, workspace, yaml, at: now() });
      if (submitted.kind === 'invalid')
        throw new RequestError('bad-request', describeIssues(submitted.issues));
      parts.farm()?.wake();
      parts.publish({ kind: 'studies' });
      parts.publish({ kind: 'farm' });
      return Promise.resolve({ id: submitted.id, name: submitted.plan.header.name });
    },
    cancel: (id) => {
      parts.cancelStages(stagesToCancel(store, known(id).id));
    },
    retry: (id) => {
      parts.retryStages(stagesToRetry(store, known(id).id));
    },
    remove: (id) => {
      removeStudy(parts, known(id));
    },
  };
}

export function knownStudy({ store }: HostParts, id: number): StoredStudy {
  const study = store.study(id);
  if (study !== undefined) return study;
  throw new RequestError('not-found', `There is no study ${id} in this workspace.`);
}

function summaryOf({ store, slotCount, now }: HostParts, study: StoredStudy): StudySummary {
  const { id, name, description, createdAt, runs, stages } = study;
  const isOpen = stages.queued + stages.running > 0;
  const secondsLeft = isOpen
    ? estimateTimeLeft(store.stagesOfStudy(id), {
        speeds: store.measuredSpeeds(),
        slots: slotCount(),
        now: now(),
      })
    : undefined;
  return { id, name, description, createdAt, runs, stages, secondsLeft };
}

function detailOf(parts: HostParts, study: StoredStudy, rows: RunRows): StudyDetail {
  return {
    ...summaryOf(parts, study),
    yaml: study.yaml,
    factors: factorsOf(parts, study.yaml),
    runRows: rows(parts.store.runsOf(study.id)),
    removal: studyRemoval(parts.store, study.id),
    failures: failuresOf(parts, study.id),
  };
}

const failuresOf = ({ store }: HostParts, study: number): FailedStage[] =>
  store
    .stagesOfStudy(study)
    .flatMap(({ key, label, state, failure }) =>
      state === 'failed' && failure !== undefined ? [{ stage: key, label, failure }] : [],
    );

/** The plan's own view of them; a dataset that has left the library since takes nothing from the study's results. */
function factorsOf({ workspace }: HostParts, yaml: string): readonly FactorView[] {
  const preview = previewStudy(yaml, {
    datasets: datasetFacts(workspace.libraryFolder),
    speeds: {},
    doneStages: () => new Set(),
  });
  return preview.kind === 'valid' ? preview.factors : [];
}

function readPresets(folder: string): Preset[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const first = 'quickstart.yaml';
  return names
    .sort((left, right) => Number(right === first) - Number(left === first) || left.localeCompare(right))
    .map((name) => readPreset(join(folder, name), name.replace(/\.yaml$/, '')));
}

const presetHeaderSchema = z.object(studyHeaderSchema.pick({ name: true, description: true }).shape);

function readPreset(file: string, id: string): Preset {
  const yaml = readFileSync(file, 'utf8');
  const { name, description } = presetHeaderSchema.parse(parse(yaml));
  return { id, title: name, summary: description, yaml };
}

function removeStudy({ store, workspace, publish, onDefect }: HostParts, study: StoredStudy): void {
  const outcome = store.removeStudy(study.id);
  if (outcome.kind === 'running')
    throw new RequestError('conflict', `${study.name} is still running. Cancel it, then remove it.`);
  for (const stage of outcome.stages)
    rm(workspace.stageFolder(stage), { recursive: true, force: true }).catch(onDefect);
  publish({ kind: 'studies' });
}
