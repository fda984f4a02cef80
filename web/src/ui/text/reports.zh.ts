/** 关于报告的文字，中文。 */
import type { reportsEn } from "./reports.en";
import type { Said } from "./said";

export const reportsZh: Said<typeof reportsEn> = {
  noneTitle: "还没有报告",
  noneWhy: "报告把文字放在运行旁边。用 Python 的 wandb-workspaces 书写，在这里阅读：",
  untitled: "未命名报告",
  draft: "草稿",
  missingTitle: "没有这个报告",
  missingWhy: "它已被删除，或者地址有误。",
  back: "全部报告",
  copyLink: "复制链接",
  empty: "还没有内容。",
  panels: (n) => `${n} 个面板`,
  panelsWhy: "本项目运行的面板",
  newestRuns: (n) => `绘制最新的 ${n} 个运行。`,
  openPanels: "在工作区打开",
};
