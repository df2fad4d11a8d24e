import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { installation } from '#host/installation.ts';
import type { DiscoveryOptions } from '#host/farm/devices/discover-devices.ts';
import { addWorkOptions, workOptionsOf, workspaceOf } from '../options.ts';
import { runStudy, type RanStudy } from '../run-study.ts';
import { resultTable } from '../tables/result-table.ts';
import { wrapped } from '../tables/wrapped.ts';
import { writeReports } from '../write-report.ts';

export function addQuickstartCommand(program: Command): void {
  const command = program
    .command('quickstart')
    .description('run a complete small study on embedded data, in about two minutes');
  addWorkOptions(command).action(async (options: DiscoveryOptions) => {
    const file = join(installation.presets, 'quickstart.yaml');
    process.exitCode = await runStudy(
      {
        ...workOptionsOf(options),
        yaml: readFileSync(file, 'utf8'),
        file,
        workspace: workspaceOf(command),
      },
      tellResult,
    );
  });
}

function tellResult({ report, host }: RanStudy): void {
  const [page] = writeReports(report, host.workspace.reportsFolder);
  console.log(`\n${resultTable(report)}\n`);
  if (report.findings.length > 0) console.log(`${wrapped(report.findings.join(' '))}\n`);
  console.log(`${pc.bold('Report')}   ${page ?? ''}`);
  console.log(`${pc.bold('Window')}   npm start`);
  console.log(
    `${pc.bold('Next')}     copy ${relative(process.cwd(), join(installation.presets, 'quickstart.yaml'))}, change it, and run it:`,
  );
  console.log(`         npx redoubt run my-study.yaml`);
}
