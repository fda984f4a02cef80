/** Words of the page that gives a key to a terminal, in English. */
export const authorizeEn = {
  title: "Connect a terminal",
  about: (user: string) =>
    `A key lets a script or a machine log as ${user}. Make one here and paste it where you were asked for it.`,
  make: "Make a key and copy it",
  another: "Make another key",
  label: (date: string) => `terminal, ${date}`,
  ready: "Copied. Now paste it in the terminal.",
  readyByHand: "Copy it, then paste it in the terminal.",
  once: "It is shown this once: the server keeps only a fingerprint.",
  pasteHere: "Where it goes",
  pasteHereWhy: "What you paste stays invisible while you paste it. Press Enter after it.",
  prompt: "wandb: Paste an API key from your profile and hit enter:",
  orCommand: "Or by a command",
  orVariables: "Or for a job that nobody watches",
  orGnomon: "With Gnomon’s own client",
  placeholder: "YOUR_KEY",
  keys: "All my keys",
  known: "A key you have already does as well: any key of yours works on any machine.",
};
