/** Keys of selected runs. Never changed, only replaced, so that whoever shows it sees every change. */
export type Selection = ReadonlySet<string>;

export const noRuns: Selection = new Set();
export const selectionOf = (keys: readonly string[]): Selection => new Set(keys);

export function toggled(selection: Selection, key: string): Selection {
  const next = new Set(selection);
  if (!next.delete(key)) next.add(key);
  return next;
}
