import type { RunDetail } from '#contract/views.ts';

/** Asks about a run once and remembers the answer; a failed question is asked again next time. */
export class RunDetails {
  readonly #answers = new Map<string, Promise<RunDetail>>();
  readonly #ask: (key: string) => Promise<RunDetail>;

  constructor(ask: (key: string) => Promise<RunDetail>) {
    this.#ask = ask;
  }

  get(key: string): Promise<RunDetail> {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(key);
    this.#answers.set(key, asked);
    asked.catch(() => this.#answers.delete(key));
    return asked;
  }
}

/** `pretrain · train.loss` and so on: what curves can be drawn of. */
export const listChoices = (details: readonly RunDetail[]): string[] => [
  ...new Set(details.flatMap((run) => run.series.map(choiceOf))),
];

export const choiceOf = (series: { readonly stageLabel: string; readonly metric: string }): string =>
  `${series.stageLabel} · ${series.metric}`;

/** What was asked for if there is such a series, else the loss. */
export const chooseSeries = (choices: readonly string[], wanted: string | undefined): string | undefined =>
  choices.find((choice) => choice === wanted) ??
  choices.find((choice) => choice.endsWith('train.loss')) ??
  choices[0];
