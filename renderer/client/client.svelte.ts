import { createContext } from 'svelte';
import type { Notice } from '#contract/views.ts';
import { createApi, type Api } from './api.ts';
import { isSessionEnd } from './describe-error.ts';
import { NoticeHub } from './notice-hub.ts';

/** `ended`: the host answers, but no longer to this window, which must log in anew. */
export type Connection = 'connecting' | 'live' | 'lost' | 'ended';

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
      closed: () => void this.#close(),
      notice: (notice) => this.#hub.tell(notice),
    });
  }

  /** Notices may have been missed while the line was down, so everything is asked again. */
  #open(): void {
    const regained = this.connection === 'lost' || this.connection === 'ended';
    this.connection = 'live';
    if (regained) everything.forEach((notice) => this.#hub.tell(notice));
  }

  /** A socket does not say why it was refused; a question does. */
  async #close(): Promise<void> {
    if (this.connection !== 'ended') this.connection = 'lost';
    const ended = await this.api.system.info().then(() => false, isSessionEnd);
    if (ended && this.connection === 'lost') this.connection = 'ended';
  }
}

export const [useClient, provideClient] = createContext<Client>();
