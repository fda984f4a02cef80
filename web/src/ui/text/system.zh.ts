/** Words of the machine of a run, in Chinese. */
import type { Said } from "./said";
import type { systemEn } from "./system.en";

export const systemZh: Said<typeof systemEn> = {
  asLines: "显示为曲线",
  asHeat: "显示为热力图",
  devices: (n) => `${n} 个设备`,
  least: "最小",
  mean: "平均",
  most: "最大",
  meanOf: (n) => `${n} 个的平均`,
  overDevices: (n) => `${n} 个设备平均`,
  ofTotal: (total) => `共 ${total}`,
  ofProcess: "进程占用",
  gpuMean: "GPU 平均利用率",
  gpuMemory: "GPU 显存峰值",
  gpuTemp: "最高温度",
  energy: "GPU 能耗",
  meanPower: (watts) => `平均 ${watts}`,
  cpuMean: "CPU 平均利用率",
  memory: "内存峰值",
  received: "接收",
  idle: (share, below, looks) =>
    `${looks.toLocaleString("zh")} 次采样中，有 ${share} 的时间 GPU 利用率低于 ${below}%。`,
  idleWhy: "可能在等待数据、检查点或彼此同步；启动阶段未计入。",
  idleBusy: (cpu) => `当时 CPU 利用率为 ${cpu}：很可能在等待数据预处理。增加数据加载进程或简化变换会有帮助。`,
  cursorAt: (step, time) => `琥珀色竖线为第 ${step} 步，开始后 ${time}`,
};
