/** 关于提醒的文字，中文。 */
import type { alertsEn } from "./alerts.en";
import type { Said } from "./said";

export const alertsZh: Said<typeof alertsEn> = {
  title: "提醒",
  noneTitle: "还没有提醒",
  noneWhy: "运行会说出值得注意的事，在读过之前都留在这里：",
  severity: "严重程度",
  severities: { all: "全部", error: "错误", warn: "警告", info: "消息" },
  run: "运行",
  allRuns: "全部",
  onlyUnread: "仅未读",
  unread: (n) => `${n} 条未读`,
  readAll: "全部标为已读",
  markRead: "标为已读",
  markUnread: "标为未读",
  isNew: "新",
  noMatch: "没有符合条件的提醒。",
  showAll: "显示全部",
  toLog: "当时的日志",
  older: "更早的",
  everywhere: "提醒",
  readThis: "打开项目的提醒",
};
