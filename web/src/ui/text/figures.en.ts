/** Words about figures of Bokeh, logged pages, graphs and traces, in English. */
export const figuresEn = {
  bokehOld: (version: string) => `Made with Bokeh ${version || "2"}: figures of Bokeh 3 and later are drawn`,
  bokehBroken: (why: string) => `This figure cannot be drawn: ${why}`,
  light: "Pages are shown on white, as they were made",
  find: "Find",
  found: (n: number) => `${n} found`,
  spans: (n: number) => `${n} span${n === 1 ? "" : "s"}`,
  errors: (n: number) => `${n} failed`,
  foldAll: "Fold all",
  openAll: "Open all",
  own: "In the span itself",
  began: "Began after",
  took: "Took",
  map: "The whole graph",
  inputs: "In",
  outputs: "Out",
};
