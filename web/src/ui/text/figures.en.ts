/** Words about figures of Bokeh, in English. */
export const figuresEn = {
  bokehOld: (version: string) => `Made with Bokeh ${version || "2"}: figures of Bokeh 3 and later are drawn`,
  bokehBroken: (why: string) => `This figure cannot be drawn: ${why}`,
};
