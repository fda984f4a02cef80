/** Bokeh 图的用词。 */
import type { figuresEn } from "./figures.en";
import type { Said } from "./said";

export const figuresZh: Said<typeof figuresEn> = {
  bokehOld: (version: string) => `由 Bokeh ${version || "2"} 生成：可绘制 Bokeh 3 及以上版本的图`,
  bokehBroken: (why: string) => `无法绘制此图：${why}`,
};
