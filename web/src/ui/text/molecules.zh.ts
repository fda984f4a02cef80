/** 分子的用词。 */
import type { moleculesEn } from "./molecules.en";
import type { Said } from "./said";

export const moleculesZh: Said<typeof moleculesEn> = {
  other: "此类分子文件暂不能显示",
  broken: "其中没有原子：文件与其名称不符",
  noWebgl: "此浏览器不支持绘制分子所需的 WebGL",
  atoms: (n: string) => `${n} 个原子`,
  style: "样式",
  styles: { cartoon: "飘带", sticks: "棍", balls: "球棍", spheres: "球", lines: "线", surface: "表面" },
  colours: { element: "元素", spectrum: "沿链", structure: "结构", chain: "链", residue: "残基", charge: "电荷" },
  spin: "旋转",
};
