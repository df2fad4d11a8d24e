import type { Notice } from '#contract/views.ts';
import type { Client } from './client.svelte.ts';
import { describeError } from './describe-error.ts';

/** Asked and not yet answered, answered, or failed. */
export type AsyncState<T> =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string };

type Options<T> = {
  readonly client: Client;
  /** What is read reactively in here asks anew when it changes. */
  readonly load: () => Promise<T>;
  /** Notices after which the answer is asked for again. */
  readonly on: readonly Notice['kind'][];
  /** Shortest time between two questions. */
  readonly gapMs?: number;
};

/** An answer kept true: asked when a component appears, and again when a notice says that it changed. */
export class LiveQuery<T> {
  state = $state.raw<AsyncState<T>>({ kind: 'waiting' });
  readonly #options: Options<T>;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #again = false;

  constructor(options: Options<T>) {
    this.#options = options;
    $effect(() => {
      void this.#ask();
      const unsubscribe = options.client.onNotice((notice) => {
        if (options.on.includes(notice.kind)) this.#soon();
      });
      return () => {
        unsubscribe();
        clearTimeout(this.#timer);
        this.#timer = undefined;
      };
    });
  }

  get value(): T | undefined {
    return this.state.kind === 'ready' ? this.state.value : undefined;
  }

  readonly reload = (): void => void this.#ask();

  #soon(): void {
    if (this.#busy) this.#again = true;
    else
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.#ask();
      }, this.#options.gapMs ?? 300);
  }

  async #ask(): Promise<void> {
    const number = ++this.#asked;
    this.#busy = true;
    const answer = await settle(this.#options.load());
    // A later question may have been asked meanwhile: about another run, say.
    if (number !== this.#asked) return;
    this.#busy = false;
    // An answer that was right a moment ago is better than none.
    if (answer.kind === 'ready' || this.state.kind !== 'ready') this.state = answer;
    if (this.#again) {
      this.#again = false;
      this.#soon();
    }
  }
}

async function settle<T>(promise: Promise<T>): Promise<AsyncState<T>> {
  try {
    return { kind: 'ready', value: await promise };
  } catch (error) {
    return { kind: 'failed', message: describeError(error) };
  }
}
