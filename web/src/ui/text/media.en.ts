/** Words about logged media, in English. */
export const mediaEn = {
  noPicture: "There is no view of this kind of file.",
  plotlyOther: "This kind of Plotly figure is not drawn here.",
  plotlyNoWebgl: (kinds: string) => `A figure with ${kinds}, which WebGL draws; this browser has none`,
  plotlyTake: "Point at it to turn it",
  showAll: "Show all",
  showLess: "Show less",
  play: "Play",
  pause: "Pause",
  noTable: "This table could not be read",
  ofRun: "Table of",
  noItem: "nothing at this step",
  unknownChart: (name: string) => `The chart ${name} is not drawn here; this is its table.`,
  charts: "Custom charts",
  atStep: "Histogram at the step",
  overSteps: "Over the steps",
};
