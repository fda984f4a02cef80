/** Words of the machine of a run, in English. */
export const systemEn = {
  asLines: "As lines",
  asHeat: "As a heat map",
  devices: (n: number) => `${n} devices`,
  least: "least",
  mean: "mean",
  most: "most",
  meanOf: (n: number) => `mean of ${n}`,
  overDevices: (n: number) => `over ${n} devices`,
  ofTotal: (total: string) => `of ${total}`,
  ofProcess: "of the process",
  gpuMean: "Mean GPU use",
  gpuMemory: "Peak GPU memory",
  gpuTemp: "Peak temperature",
  energy: "Energy, GPUs",
  meanPower: (watts: string) => `${watts} on average`,
  cpuMean: "Mean CPU use",
  memory: "Peak memory",
  received: "Received",
  idle: (share: string, below: number, looks: number) =>
    `In ${share} of ${looks.toLocaleString("en")} samples, the GPUs were less than ${below}% busy.`,
  idleWhy: "They may be waiting for data, for checkpoints or for one another; the start is not counted.",
  idleBusy: (cpu: string) =>
    `The processors were ${cpu} busy meanwhile: preparing the data is likely what they wait for. More workers or lighter transforms help.`,
  cursorAt: (step: string, time: string) => `The amber line is step ${step}, ${time} after the start`,
};
