/** Words of the step cursor of a run, in English. */
const s = (n: number) => (n === 1 ? "" : "s");

export const cursorEn = {
  before: "Step before",
  after: "Next step",
  snap: "Snap",
  noSnap: "Any step",
  steps: (n: number) => `${n.toLocaleString("en")} step${s(n)}`,
  showValues: "Show values at this step",
  hideValues: "Hide values at this step",
};
