/** The name that was probably meant, if one is close: a slip or two in a word, not another word. */
export function nearestName(given: string, names: Iterable<string>): string | undefined {
  const allowed = Math.max(1, Math.floor(given.length / 3));
  const ranked = [...names]
    .map((name) => ({ name, distance: countEdits(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((left, right) => left.distance - right.distance);
  return ranked[0]?.name;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment distance). */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
          ? beforeLast[j - 2]! + 1
          : Infinity;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last[to.length]!;
}
