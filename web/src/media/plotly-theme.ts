/** The colours of the page as a template of Plotly's: what a figure says itself stands before it. */
import { inkOf } from "@/theme/colours";

const RUNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const SHADES = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export function templateNow(): Record<string, unknown> {
  const line = inkOf("--line");
  const axis = { gridcolor: line, zerolinecolor: inkOf("--line-strong"), linecolor: inkOf("--axis"), automargin: true };
  const solid = { ...axis, nticks: 5, backgroundcolor: "rgba(0,0,0,0)", showbackground: false };
  const text = { color: inkOf("--text-2"), family: '"Inter Variable", system-ui, sans-serif', size: 11 };
  const colorscale = SHADES.map((place) => [(place - 1) / (SHADES.length - 1), inkOf(`--s${place}`)]);
  return {
    layout: {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: text,
      title: { font: { ...text, color: inkOf("--text"), size: 13 } },
      colorway: RUNS.map((place) => inkOf(`--r${place}`)),
      colorscale: { sequential: colorscale },
      margin: { l: 48, r: 16, t: 40, b: 36 },
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: solid, yaxis: solid, zaxis: solid },
      polar: { bgcolor: "rgba(0,0,0,0)", angularaxis: axis, radialaxis: axis },
      ternary: { bgcolor: "rgba(0,0,0,0)", aaxis: axis, baxis: axis, caxis: axis },
      legend: { bgcolor: "rgba(0,0,0,0)" },
      hoverlabel: { bgcolor: inkOf("--raised"), bordercolor: inkOf("--line-strong"), font: { color: inkOf("--text") } },
      updatemenudefaults: {
        showactive: false,
        bgcolor: inkOf("--sunken"),
        bordercolor: inkOf("--line-strong"),
        font: text,
      },
      sliderdefaults: {
        bgcolor: inkOf("--line-strong"),
        activebgcolor: inkOf("--accent"),
        bordercolor: inkOf("--line-strong"),
        tickcolor: inkOf("--text-3"),
        font: text,
      },
      annotationdefaults: { font: text, arrowcolor: inkOf("--text-3") },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: inkOf("--text-3"), activecolor: inkOf("--accent") },
    },
  };
}
