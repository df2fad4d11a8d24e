import type { ComparedGroup } from '#contract/compare.ts';
import type { OpenWorldAttack, OpenWorldOverview } from '#contract/open-world-views.ts';

/** Inputs of no class, or those of the task, pushed by the same rule. */
export type Side = 'out' | 'in';
type Asked = {
  readonly group?: string;
  readonly source?: string;
  readonly attack?: string;
  readonly epsilon?: number;
  readonly detector?: string;
  readonly side?: Side;
};

/** What is asked about, in all views alike. What was never chosen, or is gone, is what tells most. */
export class Choices {
  #asked = $state.raw<Asked>({});
  readonly #overview: () => OpenWorldOverview | undefined;

  constructor(overview: () => OpenWorldOverview | undefined) {
    this.#overview = overview;
  }

  readonly choose = (chosen: Asked): void => {
    this.#asked = { ...this.#asked, ...chosen };
  };

  get group(): ComparedGroup | undefined {
    const groups = this.#overview()?.groups ?? [];
    return groups.find(({ id }) => id === this.#asked.group) ?? groups[0];
  }

  get source(): string {
    return chosenOf(this.#overview()?.sources, this.#asked.source) ?? '';
  }

  get attack(): OpenWorldAttack | undefined {
    const { attacks = [], headline } = this.#overview() ?? {};
    const named = (id: string | undefined) => attacks.find((attack) => attack.id === id);
    return named(this.#asked.attack) ?? named(headline?.attack) ?? attacks[0];
  }

  /** The largest radius of the attack, unless another of its radii is chosen. */
  get epsilon(): number {
    const epsilons = this.attack?.epsilons ?? [];
    return epsilons.find((epsilon) => epsilon === this.#asked.epsilon) ?? epsilons.at(-1) ?? 0;
  }

  /** An attack that adapts is judged by the detector that it adapts to, and by no other. */
  get detectors(): readonly string[] {
    const adaptedTo = this.attack?.adaptedTo;
    return adaptedTo === undefined ? (this.#overview()?.detectors ?? []) : [adaptedTo];
  }

  get detector(): string {
    return chosenOf(this.detectors, this.#asked.detector) ?? '';
  }

  get side(): Side {
    return this.#asked.side ?? 'out';
  }
}

const chosenOf = (all: readonly string[] | undefined, asked: string | undefined): string | undefined =>
  all?.find((each) => each === asked) ?? all?.[0];
