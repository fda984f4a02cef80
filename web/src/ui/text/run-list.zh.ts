/** 图表旁运行列表的文字，中文。 */
import type { runListEn } from "./run-list.en";
import type { Said } from "./said";

export const runListZh: Said<typeof runListEn> = {
  baseline: "设为基线",
  noBaseline: "取消基线",
  isBaseline: "基线",
  pin: "置顶",
  unpin: "取消置顶",
  isPinned: "已置顶",
  part: (n) => `按 ${n.toLocaleString("zh")} 个分组`,
  partWhy: "分组只含目前列表中的运行；向下滚动会继续读取。",
  copyPath: "复制路径",
  stop: "停止脚本",
  stopAsked: (name) => `已请求停止 ${name}。`,
  manyStopAsked: (n) => `已请求停止 ${n} 个运行。`,
  editItem: "名称、标签、分组、备注…",
  edit: (name) => `编辑 ${name}`,
  needsName: "运行需要名称。",
  groupHint: "同组的运行属于一体，例如同一设置的不同种子。",
  deleted: (name) => `${name} 已删除。`,
  colour: (name) => `${name} 的颜色`,
  colourNumber: (n) => `颜色 ${n}`,
  ownColour: "恢复自身颜色",
  showGroup: "显示本组运行",
  hideGroup: "隐藏本组运行",
  fold: "折叠",
  unfold: "展开",
  colouredBy: (field) => `按 ${field} 着色`,
  compare: "对比所显示的运行",
};
