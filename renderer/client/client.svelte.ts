import { createContext } from 'svelte';
import type { Notice } from '#contract/views.ts';
import { createApi, type Api } from './api.ts';

export type Connection = 'connecting' | 'live' | 'lost';
type Listener = (notice: Notice) => void;

const everything: readonly Notice[] = [{ kind: 'studies' }, { kind: 'farm' }, { kind: 'library' }];

/** The window's line to the host: questions, and notices of what changed. */
export class Client {
  readonly api: Api;
  connection = $state.raw<Connection>('connecting');
  readonly #listeners = new Set<Listener>();

  constructor(origin: string) {
    this.api = createApi(origin, {
      opened: () => this.#open(),
      closed: () => (this.connection = 'lost'),
      notice: (notice) => this.#tell(notice),
    });
  }

  /** Calls back with every notice until the returned function is called. */
  onNotice(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notices may have been missed while the line was down, so everything is asked again. */
  #open(): void {
    const regained = this.connection === 'lost';
    this.connection = 'live';
    if (regained) everything.forEach((notice) => this.#tell(notice));
  }

  #tell(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice);
  }
}

export const [useClient, provideClient] = createContext<Client>();
