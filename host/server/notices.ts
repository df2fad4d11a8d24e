import { EventEmitter, on } from 'node:events';
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
  const wakeups = new EventEmitter();
  const pending = new Map<string, Notice>();
  const unwatch = watch((notice) => {
    if (pending.size === 0) setTimeout(() => wakeups.emit('ready'), settleMs).unref();
    pending.set(JSON.stringify(notice), notice);
  });
  try {
    for await (const _ready of on(wakeups, 'ready', signal === undefined ? {} : { signal })) {
      const notices = [...pending.values()];
      pending.clear();
      yield* notices;
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    unwatch();
  }
}
