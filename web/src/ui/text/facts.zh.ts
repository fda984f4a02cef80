/** Words of what is known of a run, in Chinese. */
import type { factsEn } from "./facts.en";
import type { Said } from "./said";

export const factsZh: Said<typeof factsEn> = {
  reproduce: "再次运行",
  reproduceAbout: "相同的提交、未提交的更改、软件包和命令。",
  noGit: "没有 git 信息，代码取自运行保存的文件。",
  noCode: "代码未知：脚本不在 git 仓库中，且未开启 `save_code`。",
  copyAll: "复制全部命令",
  steps: { code: "获取代码", changes: "未提交的更改", packages: "相同的软件包", run: "开始运行" },
  packages: "软件包",
  findPackage: "查找软件包",
  openDiff: "未提交的更改",
  diffFiles: (n) => `${n} 个文件`,
  openFile: "打开文件",
  forks: "由此运行分叉",
  forksOf: (n) => `最近 ${n} 个运行之中`,
  atStep: (step) => `于第 ${step} 步`,
  readMore: "读取更多",
  cut: (size) => `仅显示前 ${size}；打开文件可查看全部。`,
};
