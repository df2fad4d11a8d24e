/** What a plot takes from the theme: resolved colours, since plotly.js reads no custom properties. */
export type PlotColours = {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly surface: string;
  readonly series: readonly string[];
};

const seriesCount = 8;

/** As they are now; `_dark` only makes who calls this in an effect read them anew when the theme changes. */
export function readPlotColours(element: HTMLElement, _dark: boolean): PlotColours {
  const probe = document.createElement('span');
  element.append(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ink: resolve('ink'),
    soft: resolve('ink-faint'),
    line: resolve('line'),
    surface: resolve('surface'),
    series: Array.from({ length: seriesCount }, (_, index) => resolve(`series-${index + 1}`)),
  };
  probe.remove();
  return colours;
}

const dashes = ['solid', 'dash', 'dot', 'dashdot'];
const symbols = ['circle', 'diamond', 'square', 'triangle-up', 'x', 'cross', 'star', 'triangle-down'];
const round = (index: number): number => Math.floor(index / seriesCount);

/** Series differ in hue, in lightness, and beyond eight, where hues come again, in dash and symbol. */
export const seriesDash = (index: number): string => dashes[round(index) % dashes.length]!;
/** Told apart without any hue, neighbours above all. */
export const everySeriesDash = (index: number): string => dashes[(index + round(index)) % dashes.length]!;
export const seriesSymbol = (index: number): string => symbols[(index + round(index)) % symbols.length]!;

const font = "'Inter Variable', system-ui, sans-serif";

export function plotLayout(
  colours: PlotColours,
  axes: { readonly x: object; readonly y: object; readonly legend: boolean; readonly dragmode: string },
): Readonly<Record<string, unknown>> {
  const axis = {
    gridcolor: colours.line,
    linecolor: colours.line,
    zeroline: false,
    tickfont: { size: 11, color: colours.soft },
    automargin: true,
  };
  const title = (given: object) => ({
    ...axis,
    ...given,
    title: {
      ...('title' in given && typeof given.title === 'string' ? { text: given.title } : {}),
      ...titleStyle,
    },
  });
  const titleStyle = { font: { size: 12, color: colours.ink }, standoff: 8 };
  return {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: font, size: 12, color: colours.ink },
    margin: { l: 52, r: 12, t: 10, b: 42 },
    showlegend: axes.legend,
    legend: {
      orientation: 'h',
      y: 1.02,
      yanchor: 'bottom',
      x: 0,
      font: { size: 11 },
      bgcolor: 'rgba(0,0,0,0)',
    },
    hoverlabel: {
      bgcolor: colours.surface,
      bordercolor: colours.line,
      font: { family: font, size: 12, color: colours.ink },
    },
    hovermode: 'closest',
    dragmode: axes.dragmode,
    uirevision: 'kept',
    xaxis: title(axes.x),
    yaxis: title(axes.y),
  };
}
