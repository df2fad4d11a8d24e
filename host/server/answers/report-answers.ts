import { reportFileName } from '#host/reports/report-file-name.ts';
import { reportCsv } from '#host/reports/csv/report-csv.ts';
import type { DetectionMemory } from '#host/reports/open-world/detect.ts';
import { reportHtml } from '#host/reports/html/report-html.ts';
import { reportLatex } from '#host/reports/latex/report-latex.ts';
import { withLayers } from '#host/reports/study/read-report-layers.ts';
import { readStudyReport, type ReportSource } from '#host/reports/study/read-study-report.ts';
import type { StudyReport } from '#host/reports/study/study-report.ts';
import type { Workbench } from '../workbench.ts';
import type { HostParts } from './host-parts.ts';
import { knownStudy } from './study-answers.ts';

export function reportAnswers(parts: HostParts, { settle }: DetectionMemory): Workbench['reports'] {
  const source = (): ReportSource => ({ store: parts.store, workspace: parts.workspace, at: parts.now() });
  const read = async (id: number): Promise<StudyReport> => {
    const study = knownStudy(parts, id);
    return settle((detect) => readStudyReport({ ...source(), detect }, study));
  };
  return {
    html: async (study) => {
      const report = await withLayers(source(), await read(study));
      return { html: reportHtml(report), fileName: reportFileName(report, 'html') };
    },
    csv: async (study) => {
      const report = await read(study);
      return { csv: reportCsv(report), fileName: reportFileName(report, 'csv') };
    },
    latex: async (study) => {
      const report = await read(study);
      return { latex: reportLatex(report), fileName: reportFileName(report, 'tex') };
    },
  };
}
