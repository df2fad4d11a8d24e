import type { Notice } from '#contract/views.ts';

type Listener = (notice: Notice) => void;

/** Tells every listener of every notice. */
export class NoticeHub {
  readonly #listeners = new Set<Listener>();

  /** Calls back with every notice until the returned function is called. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tell(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice);
  }
}
