import { rmSync } from 'node:fs';
import type { Command } from 'commander';
import pc from 'picocolors';
import { folderBytes } from '#host/engines/folder-bytes.ts';
import { InstallError } from '#host/engines/install-error.ts';
import { installTensorflow } from '#host/engines/install-tensorflow.ts';
import { findInstallation, userEnginesFolder } from '#host/engines/user-engines.ts';
import { installation } from '#host/installation.ts';
import { createInstallProgress } from '../engines/install-progress.ts';
import { listEngines } from '../engines/list-engines.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { listenForInterruption } from '../interruption.ts';
import { plainTable } from '../tables/plain-table.ts';
import { wrapped } from '../tables/wrapped.ts';

export function addEnginesCommand(program: Command): void {
  const command = program
    .command('engines')
    .description(
      'list the engines that can compute stages; install or remove one that is not part of Redoubt',
    )
    .option('--json', 'as JSON')
    .action(({ json }: { readonly json?: true }) => {
      showEngineList(json === true);
    });
  command
    .command('install')
    .description('fetch, build and try an engine, in your own data folder')
    .argument('<engine>', 'tensorflow', requireTensorflow)
    .option('--cuda', 'with what NVIDIA graphics processors need (several GiB)')
    .action((_engine: string, { cuda }: { readonly cuda?: true }) => install(cuda === true));
  command
    .command('remove')
    .description('remove an engine that was installed')
    .argument('<engine>', 'tensorflow', requireTensorflow)
    .action(remove);
}

function requireTensorflow(name: string): string {
  if (name === 'tensorflow') return name;
  throw new UsageError(`The engine "${name}" cannot be installed; tensorflow can.`);
}

function showEngineList(isJson: boolean): void {
  const engines = listEngines();
  if (isJson) {
    console.log(JSON.stringify(engines, null, 2));
    return;
  }
  const table = plainTable(['engine', 'computes with', 'state'], ['left', 'left', 'left']);
  for (const { engine, library, state } of engines)
    table.push([engine, library, state === 'ready' ? pc.green(state) : pc.dim(state)]);
  console.log(table.toString());
  for (const { engine, remark } of engines) if (remark !== '') console.log(wrapped(`\n${engine}: ${remark}`));
}

async function install(cuda: boolean): Promise<void> {
  const engines = userEnginesFolder();
  const interruption = listenForInterruption(() => {
    console.error('Stopping; what was installed before stays as it was.');
  });
  const progress = createInstallProgress();
  const trial = installation.tensorflowTrial;
  try {
    for await (const event of installTensorflow({ engines, cuda, trial, signal: interruption.signal }))
      progress.show(event);
    progress.close();
    console.log(`The tensorflow engine is installed in ${engines}. Use it with --engine tensorflow.`);
  } catch (error) {
    progress.close();
    if (interruption.signal.aborted) process.exitCode = exitCodes.interrupted;
    else if (error instanceof InstallError) throw new UsageError(error.message);
    else throw error;
  } finally {
    interruption.close();
  }
}

function remove(): void {
  const found = findInstallation();
  if (found.kind === 'absent') throw new UsageError('The tensorflow engine is not installed.');
  const bytes = folderBytes(found.folder);
  rmSync(found.folder, { recursive: true });
  console.log(`Removed ${found.folder}, ${(bytes / 2 ** 20).toFixed(0)} MiB.`);
}
