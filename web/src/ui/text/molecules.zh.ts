/** 分子的用词。 */
import type { moleculesEn } from "./molecules.en";
import type { Said } from "./said";

export const moleculesZh: Said<typeof moleculesEn> = {
  other: (ends: string) => `此类分子文件暂不能显示，可显示的有：${ends}`,
  broken: "其中没有原子：文件与其名称不符",
  unread: "无法获取此文件",
  tooLarge: (size: string) => `${size} 过大，浏览器无法绘制`,
  tooMany: (atoms: string) => `${atoms} 个原子过多，浏览器无法绘制`,
  atoms: (n: string) => `${n} 个原子`,
  residues: (n: string) => `${n} 个残基`,
  chains: (n: string) => `${n} 条链`,
  frame: (at: string, of: string) => `第 ${at} 个，共 ${of} 个`,
  before: "上一个",
  after: "下一个",
  style: "样式",
  styles: { cartoon: "飘带", sticks: "棍", balls: "球棍", spheres: "球", lines: "线", surface: "表面" },
  colours: { element: "元素", spectrum: "沿链", structure: "结构", chain: "链", residue: "残基", charge: "电荷" },
  spin: "旋转",
};
