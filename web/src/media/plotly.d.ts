declare module "plotly.js-strict-dist-min" {
  interface Given {
    data: readonly unknown[];
    layout: Readonly<Record<string, unknown>>;
    config: Readonly<Record<string, unknown>>;
    frames?: readonly unknown[];
  }
  interface Plotly {
    react(host: HTMLElement, figure: Given): Promise<unknown>;
    /** The address of a picture, of a figure that is on no page. */
    toImage(figure: Given, how: { format: "png"; width: number; height: number; scale: number }): Promise<string>;
    purge(host: HTMLElement): void;
    Plots: { resize(host: HTMLElement): void };
  }
  const plotly: Plotly;
  export default plotly;
}
