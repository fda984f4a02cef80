declare module "plotly.js-strict-dist-min" {
  interface Plotly {
    react(
      host: HTMLElement,
      figure: {
        data: readonly unknown[];
        layout: Readonly<Record<string, unknown>>;
        frames: readonly unknown[];
        config: Readonly<Record<string, unknown>>;
      },
    ): Promise<unknown>;
    purge(host: HTMLElement): void;
    Plots: { resize(host: HTMLElement): void };
  }
  const plotly: Plotly;
  export default plotly;
}
