// Runs before the first paint, so that a dark page never flashes white. `src/theme/theme.ts` keeps it up to date.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("gnomon.theme");
    const language = localStorage.getItem("gnomon.language");
    if (language) document.documentElement.lang = language;
  } catch {}
  const dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
