import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { UsageError } from '../exit-codes.ts';
import type { DiscoveryOptions } from '#host/farm/devices/discover-devices.ts';
import { addWorkOptions, workOptionsOf, workspaceOf } from '../options.ts';
import { runStudy } from '../run-study.ts';
import { resultTable } from '../tables/result-table.ts';

export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description('run a study file to its end; run it again to go on after an interruption')
    .argument('<study.yaml>', 'the study file');
  addWorkOptions(command).action(async (file: string, options: DiscoveryOptions) => {
    process.exitCode = await runStudy(
      { ...workOptionsOf(options), yaml: readStudyFile(file), file, workspace: workspaceOf(command) },
      ({ report }) => {
        console.log(`\n${resultTable(report)}\n`);
        console.log(`Report: redoubt report ${report.study.id}`);
      },
    );
  });
}

function readStudyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new UsageError(`${file} cannot be read: ${reason}. Give the path of a study file.`);
  }
}
