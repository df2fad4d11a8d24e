import type { PlanPreview } from '#contract/views.ts';
import { Persisted } from '../../kit/persisted.svelte.ts';

type Options = {
  /** Where the draft is kept, so that nothing typed is lost. */
  readonly key: string;
  readonly initial: string;
  readonly preview: (yaml: string) => Promise<PlanPreview>;
  readonly settleMs?: number;
};

/** What is known of the plan of the text as it stands. A plan of an earlier text is kept to look at meanwhile. */
export type DraftPlan =
  | { readonly kind: 'asking'; readonly last: PlanPreview | undefined }
  | { readonly kind: 'known'; readonly preview: PlanPreview }
  | { readonly kind: 'unreachable'; readonly message: string };

/** A study while it is designed: its text, kept at every key, and its plan, asked for when typing rests. */
export class StudyDraft {
  readonly initial: string;
  plan = $state.raw<DraftPlan>({ kind: 'asking', last: undefined });
  readonly #options: Options;
  readonly #stored: Persisted<string | undefined>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(options: Options) {
    this.#options = options;
    this.initial = options.initial;
    this.#stored = new Persisted<string | undefined>(`draft.${options.key}`, undefined, (stored) =>
      typeof stored === 'string' ? stored : undefined,
    );
    void this.#ask();
  }

  get text(): string {
    return this.#stored.current ?? this.initial;
  }

  get changed(): boolean {
    return this.text !== this.initial;
  }

  readonly change = (text: string): void => {
    if (text === this.text) return;
    this.#stored.current = text === this.initial ? undefined : text;
    this.plan = { kind: 'asking', last: this.preview };
    // Whatever was asked before is about another text.
    this.#asked += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), this.#options.settleMs ?? 250);
  };

  readonly forget = (): void => this.change(this.initial);

  /** The newest plan there is, be it of an earlier text. */
  get preview(): PlanPreview | undefined {
    switch (this.plan.kind) {
      case 'asking':
        return this.plan.last;
      case 'known':
        return this.plan.preview;
      case 'unreachable':
        return undefined;
    }
  }

  get submittable(): boolean {
    return this.plan.kind === 'known' && this.plan.preview.kind === 'valid';
  }

  async #ask(): Promise<void> {
    const number = ++this.#asked;
    const plan = await this.#options
      .preview(this.text)
      .then((preview): DraftPlan => ({ kind: 'known', preview }))
      .catch((error: unknown): DraftPlan => ({
        kind: 'unreachable',
        message: error instanceof Error ? error.message : String(error),
      }));
    if (number === this.#asked) this.plan = plan;
  }
}
