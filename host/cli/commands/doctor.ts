import type { Command } from 'commander';
import pc from 'picocolors';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { exitCodes } from '../exit-codes.ts';
import { workspaceOf } from '../options.ts';
import { showEngines } from '../doctor/show-engines.ts';

type Options = { readonly engines?: true };

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check this installation, and say what to do about what is wrong')
    .option('--engines', 'compute with every engine and device instead, and compare with stored numbers')
    .action(async ({ engines }: Options, command: Command) => {
      if (engines === true) {
        await showEngines();
        return;
      }
      let isWell = true;
      for await (const finding of examine(workspaceOf(command))) {
        console.log(lineOf(finding));
        if (finding.state === 'wrong') isWell = false;
      }
      process.exitCode = isWell ? exitCodes.done : exitCodes.someFailed;
    });
}

const marks: Readonly<Record<Finding['state'], string>> = {
  fine: pc.green('✓'),
  optional: pc.yellow('–'),
  wrong: pc.red('✗'),
};

function lineOf({ state, what, remedy }: Finding): string {
  const line = `${marks[state]} ${what}`;
  return remedy === undefined ? line : `${line}\n    ${remedy}`;
}
