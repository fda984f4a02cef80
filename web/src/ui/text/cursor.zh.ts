/** Words of the step cursor of a run, in Chinese. */
import type { cursorEn } from "./cursor.en";
import type { Said } from "./said";

export const cursorZh: Said<typeof cursorEn> = {
  before: "上一步",
  after: "下一步",
  snap: "吸附",
  noSnap: "任意步数",
  steps: (n) => `${n.toLocaleString("zh")} 步`,
  showValues: "显示此步的数值",
  hideValues: "隐藏此步的数值",
};
