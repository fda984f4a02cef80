/** 关于媒体的文字，中文。 */
import type { mediaEn } from "./media.en";
import type { Said } from "./said";

export const mediaZh: Said<typeof mediaEn> = {
  noPicture: "这种文件没有预览。",
  plotlyOther: "这种 Plotly 图暂不支持在此绘制。",
  plotlyNoWebgl: (kinds: string) => `含 ${kinds} 的图需用 WebGL 绘制，而此浏览器不支持`,
  plotlyTake: "指向它即可旋转",
  showAll: "显示全部",
  showLess: "收起",
  play: "播放",
  pause: "暂停",
  noTable: "无法读取此表格",
  ofRun: "所属运行",
  noItem: "此步没有内容",
  unknownChart: (name) => `此处不绘制图表 ${name}，显示的是它的数据表。`,
  charts: "自定义图表",
  atStep: "此步的直方图",
  overSteps: "随步数变化",
};
