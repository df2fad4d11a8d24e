/** How lines are told apart: by colour, by marker and, for grey print, by dashes. */
export type SeriesStyle = {
  /** A CSS variable, so that the colour fits the theme. */
  readonly color: string;
  readonly dash: string;
  readonly marker: Marker;
};
export type Marker = (typeof markers)[number];

const markers = ['circle', 'square', 'triangle', 'diamond', 'ring', 'frame'] as const;
const dashes = ['none', '6 3', '2 3', '8 3 2 3'] as const;
const colorCount = 8;

export function seriesStyle(index: number): SeriesStyle {
  return {
    color: `var(--series-${(index % colorCount) + 1})`,
    dash: at(dashes, index),
    marker: at(markers, index),
  };
}

const at = <Value>(values: readonly [Value, ...Value[]], index: number): Value =>
  values[index % values.length] ?? values[0];
