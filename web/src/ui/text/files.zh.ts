/** Words of files and their previews, in Chinese. */
import type { filesEn } from "./files.en";
import type { Said } from "./said";

export const filesZh: Said<typeof filesEn> = {
  zip: "下载为 ZIP",
  zipAll: "全部下载为 ZIP",
  tensors: (n) => `${n} 个张量`,
  numbers: (n) => `${n} 个数`,
  tensor: "张量",
  count: "数量",
  type: "类型",
  shape: "形状",
  size: "大小",
  findTensor: "查找张量",
  notes: "文件内的备注",
  order: { c: "行优先", fortran: "列优先" },
  badHead: "无法读取此文件的文件头。",
  pickle: "读取 pickle 文件可能执行任意代码，因此此处不予打开。safetensors 文件可以查看。",
  pages: (n) => `${n} 页`,
  gone: (path) => `文件 ${path} 已不存在。`,
};
