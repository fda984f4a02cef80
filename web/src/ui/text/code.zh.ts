/** Words of the code of a run, in Chinese. */
import type { codeEn } from "./code.en";
import type { Said } from "./said";

export const codeZh: Said<typeof codeEn> = {
  saved: "保存的代码",
  main: "主程序",
  changes: { added: "新增", deleted: "删除", renamed: "重命名", changed: "修改" },
  uncommitted: "未提交的更改",
  noDiff: "没有更改",
  binary: "二进制文件，只知道内容不同。",
  onlyName: "只改了名称或权限。",
  moreLines: (n) => `再显示 ${n} 行`,
  noneTitle: "没有保存代码",
  noneWhy: "用 `save_code` 保存运行的程序，用 `log_code` 保存整个文件夹：",
  compareWith: "与其他运行对比",
  compareAbout: "并排查看源码、未提交的更改和软件包",
  artifact: "代码制品",
  commit: "提交",
};
