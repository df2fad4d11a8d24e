import type { RunRow } from '#contract/views.ts';
import { Persisted } from '../../kit/persisted.svelte.ts';
import { defaultColumns, listColumns, type Column } from './columns.ts';
import { groupRuns, sortGroups, type Grouping, type RunGroup } from './group-runs.ts';
import { parseFilter } from './filter-expression.ts';
import { noRuns, selectionOf, toggled, type Selection } from './selection.ts';
import { pressHeading, sortRuns, type Sort } from './sort-runs.ts';
import { groupedRows, plainRows, runKeysOf, type TableRow } from './table-rows.ts';
import { parseStoredView, type StoredView } from './stored-view.ts';

/** How the runs are looked at: columns, order, filter, axes, and what is selected and hovered in all parts alike. */
export class RunsView {
  runs = $state.raw<readonly RunRow[]>([]);
  selected = $state.raw<Selection>(noRuns);
  /** Key of a run or of a group. */
  hovered = $state<string>();
  /** Index of the row that the keyboard is at. */
  cursor = $state(0);
  /** Keys of the groups whose runs are shown. */
  open = $state.raw<Selection>(noRuns);
  readonly #stored = new Persisted<StoredView>('runs-view', {}, parseStoredView);

  readonly columns = $derived(listColumns(this.runs));
  readonly filter = $derived(parseFilter(this.filterText, this.columns));
  readonly rows = $derived.by(() => {
    const { filter } = this;
    const kept = filter.kind === 'filter' ? this.runs.filter(filter.accepts) : this.runs;
    return sortRuns(kept, this.sorts, this.columns);
  });
  /** In the order of the table. */
  readonly groups = $derived.by((): readonly RunGroup[] => {
    const grouping = this.#grouping;
    return grouping === undefined ? [] : sortGroups(groupRuns(this.rows, grouping), this.sorts, this.columns);
  });
  readonly tableRows = $derived(
    this.#grouping === undefined ? plainRows(this.rows) : groupedRows(this.groups, this.open),
  );
  /** Every run that is hovered: one, or those of a group. */
  readonly hoveredRuns = $derived.by((): Selection => {
    const { hovered } = this;
    if (hovered === undefined) return noRuns;
    const group = this.groups.find((candidate) => candidate.key === hovered);
    return selectionOf(group === undefined ? [hovered] : group.runs.map((run) => run.key));
  });
  readonly shownColumns = $derived.by(() => {
    const wanted = this.#stored.current.columns ?? defaultColumns(this.columns, this.runs);
    return wanted.flatMap((id) => this.columns.find((column) => column.id === id) ?? []);
  });

  constructor(asked: string | undefined) {
    if (asked !== undefined) this.filterText = asked;
  }

  get filterText(): string {
    return this.#stored.current.filter ?? '';
  }
  set filterText(filter: string) {
    this.#change({ filter });
  }

  get sorts(): readonly Sort[] {
    return this.#stored.current.sorts ?? [{ column: 'run:created', descending: true }];
  }

  get groupedBy(): string | undefined {
    return this.#grouping === undefined ? undefined : this.#stored.current.group;
  }
  groupBy(group: string | undefined): void {
    this.#change({ group: group ?? '' });
    this.cursor = 0;
  }
  readonly toggleOpen = (key: string): void => {
    this.open = toggled(this.open, key);
  };

  get #grouping(): Grouping | undefined {
    const { group } = this.#stored.current;
    return group === 'seeds' ? group : this.columns.find((column) => column.id === group);
  }

  axis(which: 'x' | 'y' | 'colour'): Column | undefined {
    const fallback = {
      x: ['setting:prune.density', 'metric:density', 'run:seed'],
      y: ['metric:clean', 'metric:validation.clean'],
      colour: ['setting:pretrain.objective', 'run:state'],
    };
    const wanted = [this.#stored.current[which], ...fallback[which]];
    return wanted.map((id) => this.columns.find((column) => column.id === id)).find(Boolean);
  }
  setAxis(which: 'x' | 'y' | 'colour', id: string): void {
    this.#change({ [which]: id });
  }

  readonly sortBy = (column: string, adding: boolean): void =>
    this.#change({ sorts: pressHeading(this.sorts, column, adding) });

  readonly toggleColumn = (id: string): void => {
    const shown = this.shownColumns.map((column) => column.id);
    this.#change({ columns: shown.includes(id) ? shown.filter((each) => each !== id) : [...shown, id] });
  };

  readonly resetColumns = (): void => {
    const { columns, ...rest } = this.#stored.current;
    if (columns !== undefined) this.#stored.current = rest;
  };

  /** Whether a run steps back while other selected ones are hovered. */
  readonly isBehindHover = (key: string): boolean =>
    !this.hoveredRuns.has(key) && [...this.hoveredRuns].some((hovered) => this.selected.has(hovered));

  readonly toggle = (key: string): void => {
    this.selected = toggled(this.selected, key);
  };

  /** A group is selected when all its runs are. */
  readonly isSelected = (row: TableRow): boolean => runKeysOf(row).every((key) => this.selected.has(key));
  readonly toggleRow = (row: TableRow): void => {
    const keys = runKeysOf(row);
    const rest = [...this.selected].filter((key) => !keys.includes(key));
    this.selected = selectionOf(this.isSelected(row) ? rest : [...rest, ...keys]);
  };

  /** Selects the rows between the keyboard's and this one, both included. */
  readonly selectTo = (index: number): void => {
    const [from, to] = [Math.min(index, this.cursor), Math.max(index, this.cursor)];
    const between = this.tableRows.slice(from, to + 1).flatMap(runKeysOf);
    this.selected = selectionOf([...this.selected, ...between]);
  };

  readonly select = (keys: readonly string[]): void => {
    this.selected = selectionOf(keys);
  };

  readonly move = (step: number): void => {
    this.cursor = Math.max(0, Math.min(this.tableRows.length - 1, this.cursor + step));
  };

  #change(change: Partial<StoredView>): void {
    this.#stored.current = { ...this.#stored.current, ...change };
  }
}
