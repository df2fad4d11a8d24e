import type { ComparedGroup, ComparisonOverview, MeasureView, SizeId } from '#contract/compare.ts';
import { keyStart } from '../../client/addresses.ts';
import type { AddressChoices } from '../../parts/address-choices.ts';
import { findGroup } from '../../parts/find-group.ts';

type SeedTest = 'paired t' | 'Wilcoxon';
type Name =
  'measure' | 'x' | 'rows' | 'columns' | 'baseline' | 'test' | 'first' | 'second' | 'norm' | 'density';

/** What is asked about the compared runs, in all views alike. What was never chosen, or is gone, is what fits best. */
export class Choices {
  readonly #overview: () => ComparisonOverview | undefined;
  readonly #address: AddressChoices<Name>;

  constructor(overview: () => ComparisonOverview | undefined, address: AddressChoices<Name>) {
    this.#overview = overview;
    this.#address = address;
  }

  get choose(): AddressChoices<Name>['choose'] {
    return this.#address.choose;
  }

  get measure(): MeasureView | undefined {
    const measures = this.#overview()?.measures ?? [];
    const wanted = [this.#address.asked('measure'), this.#overview()?.headline, measures[0]?.id];
    return firstOf(wanted, (id) => measures.find((measure) => measure.id === id));
  }

  get x(): SizeId {
    const sizes = this.#overview()?.sizes ?? [];
    return sizes.find(({ id }) => id === this.#address.asked('x'))?.id ?? 'compression';
  }

  /** Undefined where fewer than two settings differ. */
  get axes(): { readonly rows: string; readonly columns: string } | undefined {
    const overview = this.#overview();
    const paths = overview?.factors.map(({ path }) => path) ?? [];
    const rows = firstOf([this.#address.asked('rows'), overview?.matrix?.rows, paths[0]], (path) =>
      known(paths, path),
    );
    const others = paths.filter((path) => path !== rows);
    const columns = firstOf([this.#address.asked('columns'), overview?.matrix?.columns, others[0]], (path) =>
      known(others, path),
    );
    return rows === undefined || columns === undefined ? undefined : { rows, columns };
  }

  /** The first dense group, which everything pruned is measured by. */
  get baseline(): ComparedGroup | undefined {
    const groups = this.#overview()?.groups ?? [];
    return (
      findGroup(groups, this.#address.asked('baseline')) ?? groups.find(({ isDense }) => isDense) ?? groups[0]
    );
  }

  get test(): SeedTest {
    return this.#address.asked('test') === 'Wilcoxon' ? 'Wilcoxon' : 'paired t';
  }

  /** Two runs: at first the first seeds of the first two groups. */
  get pair(): { readonly first: string; readonly second: string } | undefined {
    const groups = this.#overview()?.groups ?? [];
    const keys = groups.flatMap(({ runs }) => runs.map(({ key }) => key));
    const heads = [...groups.flatMap(({ runs }) => runs.slice(0, 1).map(({ key }) => key)), ...keys];
    const begunBy = (start: string): string | undefined => keys.find((key) => key.startsWith(start));
    const first = firstOf([this.#address.asked('first'), heads[0]], begunBy);
    const second = firstOf([this.#address.asked('second'), ...heads], (start) => {
      const key = begunBy(start);
      return key === first ? undefined : key;
    });
    return first === undefined || second === undefined ? undefined : { first, second };
  }

  readonly choosePair = (which: 'first' | 'second', key: string): void =>
    this.choose({ [which]: keyStart(key) });

  /** One of these, else the first. */
  norm(norms: readonly string[]): string | undefined {
    return firstOf([this.#address.asked('norm'), norms[0]], (norm) => known(norms, norm));
  }

  /** One of these; undefined stands for all. */
  density(densities: readonly string[]): string | undefined {
    return firstOf([this.#address.asked('density')], (density) => known(densities, density));
  }
}

function firstOf<Found>(
  wanted: readonly (string | undefined)[],
  find: (id: string) => Found | undefined,
): Found | undefined {
  for (const id of wanted) {
    const found = id === undefined || id === '' ? undefined : find(id);
    if (found !== undefined) return found;
  }
  return undefined;
}

const known = (all: readonly string[], wanted: string): string | undefined =>
  all.find((each) => each === wanted);
