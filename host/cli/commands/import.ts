import { SingleBar } from 'cli-progress';
import { Argument, type Command } from 'commander';
import type { ImageSize } from '#host/library/datasets/image-folder.ts';
import { importDataset, importKinds, type ImportKind } from '#host/library/datasets/import-dataset.ts';
import { openWorkspace } from '#host/workspace.ts';
import { exitCodes } from '../exit-codes.ts';
import { listenForInterruption } from '../interruption.ts';
import { parseImageSize, workspaceOf } from '../options.ts';

type Options = { readonly name?: string; readonly size?: ImageSize };
type ImportProgress = { readonly done: number; readonly total: number };

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('take a dataset into the library')
    .addArgument(new Argument('<kind>', 'what the files are').choices(importKinds))
    .argument('<path>', 'folder of the files (CIFAR-10 binary, MNIST IDX, or a folder of images per class)')
    .option('--name <name>', 'how studies name it')
    .option(
      '--size <pixels>',
      'resize the images of a folder, to 32 or 48x32 (width x height)',
      parseImageSize,
    )
    .action(async (kind: ImportKind, path: string, options: Options, command: Command) => {
      const { libraryFolder } = openWorkspace(workspaceOf(command));
      const interruption = listenForInterruption(() => {
        console.error('Stopping; the library stays as it was.');
      });
      const progress = createProgress();
      try {
        const manifest = await importDataset({
          kind,
          path,
          name: options.name,
          size: options.size,
          libraryFolder,
          signal: interruption.signal,
          onProgress: progress.show,
        });
        progress.close();
        const { name, splits, classes, shape, provenance } = manifest;
        console.log(
          `${name}: ${count(splits.train?.count ?? 0)} training and ${count(splits.test.count)} test images, ${classes.length} classes, ${shape.join(' x ')}.`,
        );
        for (const note of provenance.notes) console.log(note);
        console.log(`A study takes it with "dataset: ${name}".`);
      } catch (error) {
        if (!interruption.signal.aborted) throw error;
        process.exitCode = exitCodes.interrupted;
      } finally {
        progress.close();
        interruption.close();
      }
    });
}

function createProgress() {
  if (!process.stderr.isTTY) return { show: () => undefined, close: () => undefined };
  const bar = new SingleBar({
    format: 'reading {bar} {value} of {total} images, {eta_formatted} left',
    barCompleteChar: '━',
    barIncompleteChar: '╌',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
  });
  let isStarted = false;
  return {
    show: ({ done, total }: ImportProgress) => {
      if (!isStarted) bar.start(total, 0);
      isStarted = true;
      bar.update(done);
    },
    close: () => {
      bar.stop();
    },
  };
}

const count = (value: number): string => value.toLocaleString('en');
