/** Bokeh 图、页面、结构图和跟踪的用词。 */
import type { figuresEn } from "./figures.en";
import type { Said } from "./said";

export const figuresZh: Said<typeof figuresEn> = {
  bokehOld: (version: string) => `由 Bokeh ${version || "2"} 生成：可绘制 Bokeh 3 及以上版本的图`,
  bokehBroken: (why: string) => `无法绘制此图：${why}`,
  light: "页面按其原样以白底显示",
  find: "查找",
  found: (n: number) => `找到 ${n} 个`,
  spans: (n: number) => `${n} 个跨度`,
  errors: (n: number) => `${n} 个失败`,
  foldAll: "全部折叠",
  openAll: "全部展开",
  own: "自身用时",
  began: "开始于",
  took: "用时",
  map: "整个结构图",
  inputs: "输入",
  outputs: "输出",
};
