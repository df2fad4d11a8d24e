import type { Notice } from '#contract/views.ts';

export type NoticeListener = (notice: Notice) => void;

export type NoticeSource = {
  /** Calls back with every later notice until the returned function is called. */
  readonly subscribe: (listener: NoticeListener) => () => void;
  readonly publish: (notice: Notice) => void;
};

/** Every listener gets every notice in the same order, even when a listener causes further notices. */
export function createNoticeSource(): NoticeSource {
  const listeners = new Map<symbol, NoticeListener>();
  const waiting: Notice[] = [];
  let isDelivering = false;

  const deliver = (): void => {
    for (let notice = waiting.shift(); notice !== undefined; notice = waiting.shift())
      for (const listener of [...listeners.values()]) listener(notice);
  };
  return {
    subscribe: (listener) => {
      const id = Symbol('listener');
      listeners.set(id, listener);
      return () => void listeners.delete(id);
    },
    publish: (notice) => {
      waiting.push(notice);
      if (isDelivering) return;
      isDelivering = true;
      try {
        deliver();
      } finally {
        isDelivering = false;
      }
    },
  };
}
