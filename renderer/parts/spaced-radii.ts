/** Labels nearer than a sixth of the axis would run into each other. */
export function spacedRadii(radii: readonly number[]): number[] {
  const least = Math.max(0, ...radii) / 6;
  return [...new Set(radii)]
    .sort((left, right) => left - right)
    .reduce<number[]>(
      (kept, radius) => (radius - (kept.at(-1) ?? -Infinity) >= least ? [...kept, radius] : kept),
      [],
    );
}
