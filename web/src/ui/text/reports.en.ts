/** Words about reports, in English. */
export const reportsEn = {
  noneTitle: "No reports yet",
  noneWhy: "A report puts words beside the runs. They are written from Python with wandb-workspaces, and read here:",
  untitled: "Untitled report",
  draft: "draft",
  missingTitle: "No such report",
  missingWhy: "It was deleted, or the address is wrong.",
  back: "All reports",
  copyLink: "Copy link",
  empty: "Nothing is written in it yet.",
  panels: (n: number) => (n === 1 ? "1 panel" : `${n} panels`),
  panelsWhy: "Panels of this project’s runs",
  newestRuns: (n: number) => (n === 1 ? "Drawn for the newest run." : `Drawn for the ${n} newest runs.`),
  openPanels: "Open in workspace",
};
