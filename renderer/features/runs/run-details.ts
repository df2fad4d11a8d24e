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

type NamedSeries = RunDetail['series'][number];

/** `pretrain · train.loss`: the kind of stage, not its label, so that runs at other seeds have the same choices. */
export function choiceOf(run: RunDetail, series: NamedSeries): string {
  const kind = run.lineage.find((stage) => stage.key === series.stage)?.kind ?? series.stageLabel;
  return `${kind} · ${series.metric}`;
}

/** What curves can be drawn of: all that any of the runs has. */
export const listChoices = (details: readonly RunDetail[]): string[] => [
  ...new Set(details.flatMap((run) => run.series.map((series) => choiceOf(run, series)))),
];

/** What was asked for if there is such a series, else the loss. */
export const chooseSeries = (choices: readonly string[], wanted: string | undefined): string | undefined =>
  choices.find((choice) => choice === wanted) ??
  choices.find((choice) => choice.endsWith('train.loss')) ??
  choices[0];
