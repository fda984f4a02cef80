/** Words of line charts, in English. */
export const linesEn = {
  svg: "Save as SVG",
  centres: { mean: "mean", median: "median", min: "min", max: "max" },
  bands: { minmax: "min–max", std: "± 1 σ", stderr: "± std. error", quartiles: "quartiles", "p5-p95": "5–95 %" },
  most: (drawn: number, all: number) => `${drawn} of ${all} runs`,
  mostHint: "The first runs of the list are drawn. Raise the number in the settings of the charts.",
  runs: "runs",
  low: "low",
  high: "high",
  delta: "Δ base",
  formula: {
    end: () => "The formula ends too early",
    unexpected: (near: string, column: number) => `“${near}” at column ${column} is not expected here`,
    function: (near: string, column: number) => `There is no function “${near}” (column ${column})`,
    arguments: (near: string, column: number) => `“${near}” has another number of arguments (column ${column})`,
    backtick: (_near: string, column: number) => `The backtick at column ${column} is never closed`,
  },
};
