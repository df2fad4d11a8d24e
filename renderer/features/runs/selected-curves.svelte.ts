import type { RunDetail, Series } from '#contract/views.ts';
import type { Client } from '../../client/client.svelte.ts';
import { describeError } from '../../client/describe-error.ts';
import { choiceOf, chooseSeries, listChoices, RunDetails } from './run-details.ts';

export const mostCurves = 12;
export type Curve = { readonly run: string; readonly name: string; readonly series: Series };
export type CurvesState =
  | { readonly kind: 'none' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ready'; readonly curves: readonly Curve[] }
  | { readonly kind: 'failed'; readonly message: string };

/** Learning curves of the selected runs, asked for when the selection changes. A run is asked about once. */
export class SelectedCurves {
  state = $state.raw<CurvesState>({ kind: 'none' });
  /** `pretrain · train.loss` and so on: what any of the selected runs has. */
  choices = $state.raw<readonly string[]>([]);
  readonly #client: Client;
  readonly #details: RunDetails;
  #asked = 0;

  constructor(client: Client) {
    this.#client = client;
    this.#details = new RunDetails((key) => client.api.runs.get(key));
  }

  async show(keys: readonly string[], wanted: string | undefined): Promise<void> {
    const number = ++this.#asked;
    if (keys.length === 0) {
      this.state = { kind: 'none' };
      return;
    }
    if (this.state.kind !== 'ready') this.state = { kind: 'waiting' };
    try {
      const details = await Promise.all(keys.slice(0, mostCurves).map((key) => this.#details.get(key)));
      const curves = await this.#ask(details, wanted);
      if (number === this.#asked) this.state = { kind: 'ready', curves };
    } catch (error) {
      if (number === this.#asked) this.state = { kind: 'failed', message: describeError(error) };
    }
  }

  async #ask(details: readonly RunDetail[], wanted: string | undefined): Promise<Curve[]> {
    this.choices = listChoices(details);
    const choice = chooseSeries(this.choices, wanted);
    const named = details.flatMap((run) =>
      run.series.filter((series) => choiceOf(run, series) === choice).map((series) => ({ run, series })),
    );
    if (named.length === 0) return [];
    const answer = await this.#client.api.runs.series(
      named.map(({ series }) => ({ stage: series.stage, metric: series.metric })),
    );
    return named.flatMap(({ run, series }) => {
      const found = answer.find((each) => each.stage === series.stage && each.metric === series.metric);
      return found === undefined ? [] : [{ run: run.key, name: run.name, series: found }];
    });
  }
}
