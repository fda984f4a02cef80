/** 项目设置的文字，中文。 */
import type { Said } from "./said";
import type { projectSettingsEn } from "./settings.en";

export const projectSettingsZh: Said<typeof projectSettingsEn> = {
  title: (name) => `${name} 的设置`,
  facts: (runs, day) => `${runs} 个运行 · 建于 ${day}`,
  name: "名称",
  nameAbout: "名称是每个地址的一部分。改名后旧地址失效；仍使用旧名称的脚本会新建一个项目。",
  nameWrong: "名称为 1 到 128 个字符，不能含 / \\ # ? % 和 :",
  rename: "改名",
  renamed: (name) => `项目现名 ${name}。`,
  access: "谁能看到",
  accessOwn: "你，以及本服务器的管理员。",
  accessOf: (entity) => `${entity}，以及与其共享的人。`,
  accessTeam: (entity) => `团队 ${entity} 的成员，以及本服务器的管理员。`,
  member: "成员",
  role: "角色",
  roles: { viewer: "访客：可读", member: "成员：可读写", admin: "管理员：可读写、可管理" },
  log: "记录到本项目",
  logAbout: "在一台机器上执行一次，之后那里的脚本无需改动就会记录到这里。",
  terminal: "在终端",
  keep: "全部带走",
  keepAbout: "每个运行的历史、文件、配置和汇总，数值与记录时完全一致。",
  python: "在 Python 中",
  end: "危险操作",
  deleteTitle: "删除本项目",
  deleteAbout: "连同全部运行、制品、扫参和报告一起删除，无法恢复。",
  delete: "删除项目",
  deleteAsk: (name) => `删除 ${name}？`,
  deleteWhat: (runs) => `其中 ${runs} 个运行及其全部记录都会被删除，且无法撤销。`,
  typeName: (name) => `输入 ${name} 以确认`,
  deleted: (name) => `${name} 已删除。`,
};
