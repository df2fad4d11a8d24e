import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { withLayers } from '#host/reports/study/read-report-layers.ts';
import { readStudyReport } from '#host/reports/study/read-study-report.ts';
import { findStudy, openForReading } from '../open-for-reading.ts';
import { workspaceOf } from '../options.ts';
import { writeReport, writeReports } from '../write-report.ts';

type Options = { readonly out?: string };

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('write what a study found: a web page that needs nothing else, CSV and a LaTeX table')
    .argument('<study>', 'number or name of the study')
    .option('--out <path>', 'a folder for all three, or a file ending in .html, .csv or .tex')
    .action(async (text: string, options: Options, command: Command) => {
      const { store, workspace } = openForReading(workspaceOf(command));
      try {
        const source = { store, workspace, at: Date.now() };
        const report = await withLayers(source, readStudyReport(source, findStudy(store, text)));
        const { out } = options;
        const files =
          out === undefined || isFolder(out)
            ? writeReports(report, out ?? workspace.reportsFolder)
            : [writeReport(report, out)];
        for (const file of files) console.log(file);
      } finally {
        store.close();
      }
    });
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
