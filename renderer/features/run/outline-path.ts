type Size = { readonly width: number; readonly height: number };

/** A histogram as an SVG path along the tops of its bins; the fullest bin reaches the top, none at all stays below. */
export function outlinePath(counts: readonly number[], { width, height }: Size): string {
  const highest = Math.max(1, ...counts);
  const bin = width / counts.length;
  const steps = counts.map(
    (count, index) => `V${round(height - (count / highest) * (height - 2))}H${round((index + 1) * bin)}`,
  );
  return `M0,${height}${steps.join('')}V${height}`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
