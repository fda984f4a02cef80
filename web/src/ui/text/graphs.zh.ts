/** Words of graphs, in Chinese. */
import type { graphsEn } from "./graphs.en";
import type { Said } from "./said";

export const graphsZh: Said<typeof graphsEn> = {
  find: "在图中查找",
  hits: (at, n) => (at > 0 ? `第 ${at} 个，共 ${n} 个` : `${n} 处匹配`),
  before: "上一处",
  next: "下一处",
  zoomIn: "放大",
  zoomOut: "缩小",
  fit: "适应窗口",
  map: "缩略图",
  foldAll: "全部折叠",
  openAll: "全部展开",
  foldOne: (name) => `折叠 ${name}`,
  openOne: (name) => `展开 ${name}`,
  open: "展开",
  fold: "折叠",
  alike: (n) => `${n} 个相同`,
  layers: (n) => `${n} 层`,
  from: "输入来自",
  to: "输出到",
  more: (n) => `另有 ${n} 个`,
  inIt: "包含",
  parameters: "参数量",
  graph: "结构图",
};
