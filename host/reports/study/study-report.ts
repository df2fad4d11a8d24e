import type { DatasetManifest } from '#contract/dataset.ts';
import type { Environment } from '#contract/device.ts';
import type { StageKey, StageKind } from '#contract/stage.ts';
import type { LayersView } from '#contract/views.ts';
import type { OpenWorldReport } from '../open-world/open-world-report.ts';
import type { ComparedRuns, Group } from './compared-runs.ts';

/** Everything that a report of a study says, as values: the forms (HTML, CSV, LaTeX) only write it down. */
export type StudyReport = ComparedRuns & {
  readonly study: {
    readonly id: number;
    readonly name: string;
    readonly description: string;
    readonly yaml: string;
    readonly submittedAt: number;
  };
  readonly madeAt: number;
  readonly stages: readonly ReportStage[];
  readonly environments: readonly Environment[];
  readonly datasets: readonly DatasetManifest[];
  /** What the numbers show, in sentences; none before there are numbers. */
  readonly findings: readonly string[];
  /** Of pruned groups, from their stored models; none where they were not read. */
  readonly layers: readonly ReportLayers[];
  /** Absent where nothing was asked about the open world. */
  readonly openWorld?: OpenWorldReport;
};

export type ReportLayers = {
  readonly group: Group;
  readonly run: StageKey;
  readonly seed: number;
  readonly view: LayersView;
};

export type ReportStage = {
  readonly key: StageKey;
  readonly kind: StageKind;
  readonly label: string;
  readonly state: string;
  readonly seconds: number | undefined;
  readonly recipe: string;
  readonly device: string | undefined;
};
