import type { ComparedGroup } from '#contract/compare.ts';
import type {
  OpenWorldAttack,
  OpenWorldExamplesQuery,
  OpenWorldOverview,
} from '#contract/open-world-views.ts';
import { formatFraction } from '#contract/quantities.ts';
import type { AddressChoices } from '../../parts/address-choices.ts';
import { findGroup } from '../../parts/find-group.ts';

/** Inputs of no class, or those of the task, pushed by the same rule. */
export type Side = 'out' | 'in';
type Name =
  | 'group'
  | 'source'
  | 'attack'
  | 'epsilon'
  | 'detector'
  | 'side'
  | 'seed'
  | 'outcome'
  | 'measure'
  | 'mitigation';
type Filter = OpenWorldExamplesQuery['filter'];

/** What is asked about, in all views alike. What was never chosen, or is gone, is what tells most. */
export class Choices {
  readonly #overview: () => OpenWorldOverview | undefined;
  readonly #address: AddressChoices<Name>;

  constructor(overview: () => OpenWorldOverview | undefined, address: AddressChoices<Name>) {
    this.#overview = overview;
    this.#address = address;
  }

  get choose(): AddressChoices<Name>['choose'] {
    return this.#address.choose;
  }

  /** How an address names one side at one radius. */
  readonly placed = ({ side, epsilon }: { readonly side: Side; readonly epsilon: number }) => ({
    side,
    epsilon: formatFraction(epsilon),
  });

  get group(): ComparedGroup | undefined {
    const groups = this.#overview()?.groups ?? [];
    return findGroup(groups, this.#address.asked('group')) ?? groups[0];
  }

  get source(): string {
    return this.#oneOf('source', this.#overview()?.sources) ?? '';
  }

  get attack(): OpenWorldAttack | undefined {
    const { attacks = [], headline } = this.#overview() ?? {};
    const named = (id: string | undefined) => attacks.find((attack) => attack.id === id);
    return named(this.#address.asked('attack')) ?? named(headline?.attack) ?? attacks[0];
  }

  /** The largest radius of the attack, unless another of its radii is chosen. */
  get epsilon(): number {
    const epsilons = this.attack?.epsilons ?? [];
    const asked = this.#address.asked('epsilon');
    return epsilons.find((epsilon) => formatFraction(epsilon) === asked) ?? epsilons.at(-1) ?? 0;
  }

  /** An attack that adapts is judged by the detector that it adapts to, and by no other. */
  get detectors(): readonly string[] {
    const adaptedTo = this.attack?.adaptedTo;
    return adaptedTo === undefined ? (this.#overview()?.detectors ?? []) : [adaptedTo];
  }

  get detector(): string {
    return this.#oneOf('detector', this.detectors) ?? '';
  }

  get side(): Side {
    return this.#address.asked('side') === 'in' ? 'in' : 'out';
  }

  /** Undefined: the first that was measured. */
  get seed(): number | undefined {
    const seed = this.#address.asked('seed');
    return seed === undefined || !/^\d+$/.test(seed) ? undefined : Number(seed);
  }

  /** Which images are shown. */
  outcome(filters: readonly Filter[]): Filter {
    return filters.find((filter) => filter === this.#address.asked('outcome')) ?? 'joint';
  }

  /** What is drawn against density, by its id. */
  get measure(): string | undefined {
    return this.#address.asked('measure');
  }

  mitigation<Measure extends string>(measures: readonly [Measure, ...Measure[]]): Measure {
    return measures.find((measure) => measure === this.#address.asked('mitigation')) ?? measures[0];
  }

  #oneOf(name: Name, all: readonly string[] | undefined): string | undefined {
    return all?.find((each) => each === this.#address.asked(name)) ?? all?.[0];
  }
}
