import { setTimeout as sleep } from 'node:timers/promises';
import type { Notice } from '#contract/views.ts';
import type { Workbench } from './workbench.ts';

export type NoticeBoard = {
  readonly publish: (notice: Notice) => void;
  readonly watch: Workbench['watch'];
};

const settleMs = 100;

export function createNoticeBoard(): NoticeBoard {
  const watchers = new Set<(notice: Notice) => void>();
  return {
    publish: (notice) => {
      for (const notify of watchers) notify(notice);
    },
    watch: (notify) => {
      watchers.add(notify);
      return () => void watchers.delete(notify);
    },
  };
}

/**
 * Notices as they come, until the signal says stop. Equal notices within a tenth of a second are one: a notice says
 * only what to read again, so that a fast stage cannot flood a slow window.
 */
export async function* noticesOf(
  watch: Workbench['watch'],
  signal: AbortSignal | undefined,
): AsyncGenerator<Notice> {
  const pending = new Map<string, Notice>();
  let wake = (): void => undefined;
  const unwatch = watch((notice) => {
    pending.set(JSON.stringify(notice), notice);
    wake();
  });
  signal?.addEventListener('abort', () => {
    wake();
  });
  try {
    while (signal?.aborted !== true) {
      if (pending.size === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      await sleep(settleMs);
      const notices = [...pending.values()];
      pending.clear();
      yield* notices;
    }
  } finally {
    unwatch();
  }
}
