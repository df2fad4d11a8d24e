/** The part of plotly.js (strict bundle, MIT) that the kit draws with. */
declare module 'plotly.js-strict-dist-min' {
  type Data = Readonly<Record<string, unknown>>;
  type PointEvent = { readonly points: readonly { readonly customdata?: unknown }[] };
  type PlotElement = HTMLElement & {
    on: (event: string, listener: (event: PointEvent | undefined) => void) => void;
  };
  type Plotly = {
    react: (element: HTMLElement, data: readonly Data[], layout: Data, config: Data) => Promise<PlotElement>;
    purge: (element: HTMLElement) => void;
    Plots: { resize: (element: HTMLElement) => void };
  };
  const plotly: Plotly;
  export default plotly;
}
