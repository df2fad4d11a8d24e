import { createContext } from 'svelte';
import type { Notice } from '#contract/views.ts';
import { createApi, type Api } from './api.ts';
import { NoticeHub } from './notice-hub.ts';

export type Connection = 'connecting' | 'live' | 'lost';

const everything: readonly Notice[] = [{ kind: 'studies' }, { kind: 'farm' }, { kind: 'library' }];

/** The window's line to the host: questions, and notices of what changed. */
export class Client {
  readonly api: Api;
  readonly onNotice: NoticeHub['subscribe'];
  connection = $state.raw<Connection>('connecting');
  readonly #hub = new NoticeHub();

  constructor(origin: string) {
    this.onNotice = this.#hub.subscribe;
    this.api = createApi(origin, {
      opened: () => this.#open(),
      closed: () => (this.connection = 'lost'),
      notice: (notice) => this.#hub.tell(notice),
    });
  }

  /** Notices may have been missed while the line was down, so everything is asked again. */
  #open(): void {
    const regained = this.connection === 'lost';
    this.connection = 'live';
    if (regained) everything.forEach((notice) => this.#hub.tell(notice));
  }
}

export const [useClient, provideClient] = createContext<Client>();
