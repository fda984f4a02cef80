/** Words of the logs of a run, in Chinese. */
import type { logsEn } from "./logs.en";
import type { Said } from "./said";

export const logsZh: Said<typeof logsEn> = {
  stream: "输出流",
  level: "级别",
  levels: { error: "错误", warn: "警告", info: "信息", debug: "调试" },
  allLevels: "全部",
  writer: "写入者",
  allWriters: "全部写入者",
  regex: "正则表达式",
  badPattern: "这不是有效的正则表达式。",
  noPattern: "表达式无效",
  times: { clock: "时刻", elapsed: "距开始", off: "不显示时间" },
  goTo: "跳转到",
  goWhat: "步数、行号或时间",
  go: "跳转",
  goExample: "step 248000",
  goHint: "行号（11198）、步数（step 248000）、时刻（23:41、2026-11-19 23:41:07）或时长（+14h06m）。",
  goWrong: "请输入行号、步数、时刻或时长，例如：11198、step 248000、23:41、+14h06m。",
  goNowhere: "此运行没有到过那里。",
  linkTo: "标记此行，使地址指向它",
  cursorAt: (step, line) => `光标：第 ${step} 步，第 ${line} 行`,
  shownOf: (n, all) => `${all} 行中的 ${n} 行`,
  noneTitle: "没有符合的行",
  noneWhy: (all) => `全部 ${all} 行中，没有一行符合所选的输出流、级别和写入者。`,
  showAll: "显示全部",
};
