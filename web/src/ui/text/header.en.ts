/** Words of what one may do with a run, in English. */
export const headerEn = {
  compare: "Compare",
  compareAbout: "Put it beside other runs",
  share: "Copy link to this page",
  shared: "The link is on the clipboard. Whoever may see the project sees the same.",
  notCopied: "The browser did not let the page copy.",
  copyPython: "Copy as Python",
};
