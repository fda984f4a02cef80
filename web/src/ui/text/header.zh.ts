/** Words of what one may do with a run, in Chinese. */
import type { headerEn } from "./header.en";
import type { Said } from "./said";

export const headerZh: Said<typeof headerEn> = {
  compare: "对比",
  compareAbout: "与其他运行并排对比",
  share: "复制此页链接",
  shared: "链接已复制。能查看此项目的人打开后看到的一样。",
  notCopied: "浏览器不允许复制。",
  copyPython: "复制为 Python 代码",
};
