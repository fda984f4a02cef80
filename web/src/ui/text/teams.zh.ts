/** 关于团队的文字，中文。 */
import type { Said } from "./said";
import type { teamsEn } from "./teams.en";

export const teamsZh: Said<typeof teamsEn> = {
  teams: "团队",
  about: "团队是多人共用的空间：成员向它记录数据，并能看到它的项目。",
  none: "你还不属于任何团队",
  noneWhy: "团队管理员或服务器管理员可以把你加入。",
  noneAdmin: "新建一个，你就是它的第一位管理员。",
  teamName: "团队名称",
  make: "新建团队",
  count: (n) => `${n} 位成员`,
  members: "成员",
  you: "你",
  roles: { viewer: "访客", member: "成员", admin: "管理员" },
  roleOf: (name) => `${name} 的角色`,
  rolesAbout: "访客只能查看；成员可以记录和修改；管理员还可以增减成员。",
  userName: "用户名",
  takeIn: "添加",
  takeOut: (name) => `将 ${name} 移出团队`,
  takeOutAbout: "之后看不到团队的项目，已记录的内容会保留。",
  out: "移出",
};
