import { Persisted } from './persisted.svelte.ts';

export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** Light, dark, or what the system says. */
export class Theme {
  readonly #choice = new Persisted<ThemeChoice>('theme', 'system', (stored) =>
    themeChoices.find((choice) => choice === stored),
  );
  #systemDark = $state(false);
  readonly dark = $derived(
    this.#choice.current === 'dark' || (this.#choice.current === 'system' && this.#systemDark),
  );

  constructor() {
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = query.matches;
    query.addEventListener('change', () => (this.#systemDark = query.matches));
    this.#show();
  }

  get choice(): ThemeChoice {
    return this.#choice.current;
  }

  set choice(choice: ThemeChoice) {
    this.#choice.current = choice;
    this.#show();
  }

  #show(): void {
    if (this.choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.choice;
  }
}
