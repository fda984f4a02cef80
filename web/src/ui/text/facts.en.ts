/** Words of what is known of a run, in English. */
const s = (n: number) => (n === 1 ? "" : "s");

export const factsEn = {
  reproduce: "Run it again",
  reproduceAbout: "The same commit with the same uncommitted changes, packages and command.",
  noGit: "No git state is known, so that the code is what the run saved.",
  noCode: "The code is not known: the script was in no git repository, and `save_code` was off.",
  copyAll: "Copy all commands",
  steps: {
    code: "get the code",
    changes: "its uncommitted changes",
    packages: "the same packages",
    run: "and go",
  },
  packages: "Packages",
  findPackage: "Find a package",
  openDiff: "Uncommitted changes",
  diffFiles: (n: number) => `${n} file${s(n)}`,
  openFile: "Open the file",
  forks: "Forked from this run",
  forksOf: (n: string) => `among the newest ${n} runs`,
  atStep: (step: string) => `at step ${step}`,
  readMore: "Read more",
  cut: (size: string) => `Only the first ${size} are shown; open the file for all of it.`,
};
