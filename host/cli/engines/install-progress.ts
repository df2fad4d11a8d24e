import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { folderBytes } from '#host/engines/folder-bytes.ts';
import type { InstallEvent } from '#host/engines/install-tensorflow.ts';

const lookMs = 500;

/** Tells the steps of an installation; a terminal also sees how much of a download is there. */
export function createInstallProgress() {
  let timer: NodeJS.Timeout | undefined;
  let bar: SingleBar | undefined;
  const close = (): void => {
    clearInterval(timer);
    bar?.stop();
    bar = undefined;
  };
  return {
    show: (event: InstallEvent) => {
      close();
      if (event.kind === 'remark') {
        console.error(pc.dim(`  ${event.text}`));
        return;
      }
      console.error(`${event.text} …`);
      const { filling } = event;
      if (filling === undefined || !process.stderr.isTTY) return;
      const started = createBar();
      started.start(toMib(filling.bytes), 0);
      bar = started;
      timer = setInterval(() => {
        started.update(Math.min(toMib(folderBytes(filling.folder)), started.getTotal()));
      }, lookMs);
    },
    close,
  };
}

const createBar = (): SingleBar =>
  new SingleBar({
    format: '{bar} {value} of about {total} MiB',
    barCompleteChar: '━',
    barIncompleteChar: '╌',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
  });

const toMib = (bytes: number): number => Math.round(bytes / 2 ** 20);
