import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { reportCsv } from '#host/reports/csv/report-csv.ts';
import { reportHtml } from '#host/reports/html/report-html.ts';
import { reportLatex } from '#host/reports/latex/report-latex.ts';
import { reportFileName } from '#host/reports/report-file-name.ts';
import type { StudyReport } from '#host/reports/study/study-report.ts';
import { UsageError } from './exit-codes.ts';

const forms = { html: reportHtml, csv: reportCsv, tex: reportLatex } as const;
type Form = keyof typeof forms;
const isForm = (text: string): text is Form => Object.hasOwn(forms, text);

/** Writes all forms into a folder; returns their paths, HTML first. */
export function writeReports(report: StudyReport, folder: string): string[] {
  return (['html', 'csv', 'tex'] as const).map((form) =>
    write(join(resolve(folder), reportFileName(report, form)), forms[form](report)),
  );
}

/** Writes one file, in the form that its name says. */
export function writeReport(report: StudyReport, file: string): string {
  const form = extname(file).slice(1);
  if (isForm(form)) return write(resolve(file), forms[form](report));
  throw new UsageError(`${file} should end in .html, .csv or .tex, or be a folder that exists.`);
}

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
