/** Words of the list of runs beside the charts, in English. */
export const runListEn = {
  baseline: "Make it the baseline",
  noBaseline: "No longer the baseline",
  isBaseline: "Baseline",
  copyPath: "Copy path",
  stop: "Stop the script",
  stopAsked: (name: string) => `${name} was asked to stop.`,
  deleted: (name: string) => `${name} is deleted.`,
  colour: (name: string) => `Colour of ${name}`,
  colourNumber: (n: number) => `Colour ${n}`,
  ownColour: "Its own colour",
  showGroup: "Show the runs of this group",
  hideGroup: "Hide the runs of this group",
  fold: "Fold",
  unfold: "Unfold",
  colouredBy: (field: string) => `Coloured by ${field}`,
  compare: "Compare the runs shown",
};
