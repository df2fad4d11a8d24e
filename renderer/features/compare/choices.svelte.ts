import type { ComparisonOverview, MeasureView, SizeId } from '#contract/compare.ts';

type SeedTest = 'paired t' | 'Wilcoxon';
type Asked = {
  readonly measure?: string;
  readonly x?: SizeId;
  readonly rows?: string;
  readonly columns?: string;
  readonly baseline?: string;
  readonly test?: SeedTest;
  readonly first?: string;
  readonly second?: string;
};

/** What is asked about the compared runs, in all views alike. What was never chosen, or is gone, is what fits best. */
export class Choices {
  #asked = $state.raw<Asked>({});
  readonly #overview: () => ComparisonOverview | undefined;

  constructor(overview: () => ComparisonOverview | undefined) {
    this.#overview = overview;
  }

  readonly choose = (chosen: Asked): void => {
    this.#asked = { ...this.#asked, ...chosen };
  };

  get measure(): MeasureView | undefined {
    const measures = this.#overview()?.measures ?? [];
    const wanted = [this.#asked.measure, this.#overview()?.headline, measures[0]?.id];
    return firstOf(wanted, (id) => measures.find((measure) => measure.id === id));
  }

  get x(): SizeId {
    const sizes = this.#overview()?.sizes ?? [];
    return firstOf([this.#asked.x], (id) => sizes.find((size) => size.id === id))?.id ?? 'compression';
  }

  /** Undefined where fewer than two settings differ. */
  get axes(): { readonly rows: string; readonly columns: string } | undefined {
    const overview = this.#overview();
    const paths = overview?.factors.map(({ path }) => path) ?? [];
    const rows = firstOf([this.#asked.rows, overview?.matrix?.rows, paths[0]], (path) => known(paths, path));
    const others = paths.filter((path) => path !== rows);
    const columns = firstOf([this.#asked.columns, overview?.matrix?.columns, others[0]], (path) =>
      known(others, path),
    );
    return rows === undefined || columns === undefined ? undefined : { rows, columns };
  }

  /** Id of a group: the first dense one, which everything pruned is measured by. */
  get baseline(): string | undefined {
    const groups = this.#overview()?.groups ?? [];
    const wanted = [this.#asked.baseline, groups.find(({ isDense }) => isDense)?.id, groups[0]?.id];
    return firstOf(wanted, (id) => groups.find((group) => group.id === id))?.id;
  }

  get test(): SeedTest {
    return this.#asked.test ?? 'paired t';
  }

  /** Two runs: at first the first seeds of the first two groups. */
  get pair(): { readonly first: string; readonly second: string } | undefined {
    const groups = this.#overview()?.groups ?? [];
    const keys = groups.flatMap(({ runs }) => runs.map(({ key }) => key));
    const heads = [...groups.flatMap(({ runs }) => runs.slice(0, 1).map(({ key }) => key)), ...keys];
    const first = firstOf([this.#asked.first, heads[0]], (key) => known(keys, key));
    const second = firstOf([this.#asked.second, ...heads.filter((key) => key !== first)], (key) =>
      known(keys, key),
    );
    return first === undefined || second === undefined ? undefined : { first, second };
  }
}

function firstOf<Found>(
  wanted: readonly (string | undefined)[],
  find: (id: string) => Found | undefined,
): Found | undefined {
  for (const id of wanted) {
    const found = id === undefined ? undefined : find(id);
    if (found !== undefined) return found;
  }
  return undefined;
}

const known = (all: readonly string[], wanted: string): string | undefined =>
  all.find((each) => each === wanted);
