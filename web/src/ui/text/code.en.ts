/** Words of the code of a run, in English. */
export const codeEn = {
  saved: "Saved code",
  main: "main program",
  changes: { added: "added", deleted: "deleted", renamed: "renamed", changed: "changed" },
  uncommitted: "Uncommitted changes",
  noDiff: "No changes",
  binary: "A binary file, of which only is known that it differs.",
  onlyName: "Only its name or mode changed.",
  moreLines: (n: string) => `Show ${n} more lines`,
  noneTitle: "No code was saved",
  noneWhy: "The program that runs is kept with `save_code`, a whole folder with `log_code`:",
  compareWith: "Compare with another run",
  compareAbout: "Source, uncommitted changes and packages side by side",
  artifact: "Code artifact",
  commit: "Commit",
};
