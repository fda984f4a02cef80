/** 折线图的文字，中文。 */
import type { linesEn } from "./lines.en";
import type { Said } from "./said";

export const linesZh: Said<typeof linesEn> = {
  svg: "存为 SVG",
  centres: { mean: "均值", median: "中位数", min: "最小", max: "最大" },
  bands: { minmax: "最小–最大", std: "± 1 σ", stderr: "± 标准误", quartiles: "四分位", "p5-p95": "5–95 %" },
  most: (drawn, all) => `${all} 个运行中的 ${drawn} 个`,
  mostHint: "只绘制列表中靠前的运行。可在图表设置中调高数量。",
  runs: "运行数",
  low: "下界",
  high: "上界",
  delta: "Δ 基线",
  formula: {
    end: () => "公式不完整",
    unexpected: (near, column) => `第 ${column} 列的“${near}”不应出现在这里`,
    function: (near, column) => `没有函数“${near}”（第 ${column} 列）`,
    arguments: (near, column) => `“${near}”的参数个数不对（第 ${column} 列）`,
    backtick: (_near, column) => `第 ${column} 列的反引号没有闭合`,
  },
};
