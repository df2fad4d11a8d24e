import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { ImportError } from '#host/library/datasets/import-error.ts';
import { readVersion } from '#host/installation.ts';
import { PortError } from '#host/server/port-error.ts';
import { WorkspaceError } from '#host/workspace-error.ts';
import { defaultWorkspaceFolder } from '#host/workspace.ts';
import { addDevicesCommand } from './commands/devices.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEnginesCommand } from './commands/engines.ts';
import { addImportCommand } from './commands/import.ts';
import { addQuickstartCommand } from './commands/quickstart.ts';
import { addReportCommand } from './commands/report.ts';
import { addRunCommand } from './commands/run.ts';
import { addRunsCommand } from './commands/runs.ts';
import { addServeCommand } from './commands/serve.ts';
import { addShowCommand } from './commands/show.ts';
import { addStartCommand } from './commands/start.ts';
import { exitCodeHelp, exitCodes, UsageError } from './exit-codes.ts';
import { parseFolder } from './options.ts';

const program = new Command('redoubt')
  .description('Offline workbench for neural networks that are both compact and robust.')
  .version(readVersion())
  .option('--workspace <folder>', `where everything is kept (now: ${defaultWorkspaceFolder()})`, parseFolder)
  .addHelpText('after', exitCodeHelp)
  .showHelpAfterError('Add --help for what can be said here.')
  .exitOverride();

for (const add of [
  addQuickstartCommand,
  addStartCommand,
  addRunCommand,
  addServeCommand,
  addImportCommand,
  addRunsCommand,
  addShowCommand,
  addReportCommand,
  addDevicesCommand,
  addEnginesCommand,
  addDoctorCommand,
])
  add(program);

// A reader such as `head` may have enough before we have said all.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
});

/** What the person at the terminal can put right; the rest has failed on its own. */
const usageErrors = [UsageError, ImportError, PortError, WorkspaceError];

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badUsage;
  console.error(`${pc.red('error')} ${describe(error)}`);
  return usageErrors.some((kind) => error instanceof kind) ? exitCodes.badUsage : exitCodes.someFailed;
}

/** The stack helps whoever mends it; people get the sentence. Hoisted: it is called before this line is reached. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return process.env['REDOUBT_DEBUG'] === undefined ? error.message : (error.stack ?? error.message);
}
