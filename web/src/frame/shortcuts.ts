/** All keys that do something, for the list of them; a test holds the list to the code. */

/** A key, or a chord of them, in the words of `useKeys`; several where each does the same or its opposite. */
export interface Shortcut {
  keys: readonly string[];
  what: string;
}

export const SHORTCUTS = {
  go: [
    { keys: ["Ctrl+k"], what: "palette" },
    { keys: ["g h"], what: "goHome" },
    { keys: ["g w"], what: "goWorkspace" },
    { keys: ["g r"], what: "goRuns" },
    { keys: ["g o"], what: "goOverview" },
    { keys: ["g s"], what: "goSweeps" },
    { keys: ["g n"], what: "goAlerts" },
    { keys: ["g a"], what: "goArtifacts" },
    { keys: ["g p"], what: "goReports" },
    { keys: ["T"], what: "theme" },
    { keys: ["?"], what: "help" },
    { keys: ["Escape"], what: "escape" },
  ],
  runs: [
    { keys: ["j"], what: "down" },
    { keys: ["k"], what: "up" },
    { keys: ["Space"], what: "toggle" },
    { keys: ["o"], what: "only" },
    { keys: ["Enter"], what: "enter" },
    { keys: ["c"], what: "compare" },
    { keys: ["["], what: "sidebar" },
  ],
  charts: [
    { keys: ["/"], what: "searchMetrics" },
    { keys: ["x"], what: "cycleX" },
    { keys: ["l"], what: "log" },
    { keys: ["s", "S"], what: "smoother" },
    { keys: ["0"], what: "reset" },
    { keys: ["Ctrl+z"], what: "undo" },
    { keys: ["Ctrl+Z", "Ctrl+y"], what: "redo" },
  ],
  panel: [
    { keys: ["f", "v"], what: "full" },
    { keys: ["e"], what: "edit" },
    { keys: ["d"], what: "duplicate" },
    { keys: ["Delete", "Backspace"], what: "remove" },
    { keys: ["ArrowLeft", "ArrowRight"], what: "neighbour" },
  ],
  run: [
    { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], what: "tabs" },
    { keys: ["ArrowLeft", "ArrowRight"], what: "step" },
    { keys: ["Ctrl+ArrowLeft", "Ctrl+ArrowRight"], what: "logged" },
    { keys: ["Home", "End"], what: "ends" },
    { keys: ["p"], what: "play" },
    { keys: ["n", "N"], what: "hits" },
  ],
  picture: [
    { keys: ["ArrowLeft", "ArrowRight"], what: "otherPicture" },
    { keys: ["Ctrl+ArrowLeft", "Ctrl+ArrowRight"], what: "otherStep" },
    { keys: ["+", "=", "-"], what: "zoom" },
    { keys: ["0", "1"], what: "fit" },
    { keys: ["w", "a", "s", "d"], what: "pan" },
  ],
} as const satisfies Record<string, readonly Shortcut[]>;

const NAMES: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  Delete: "Del",
  Backspace: "⌫",
};

/** The single caps of a chord: `Ctrl+Z` is Ctrl, Shift, Z. */
export function capsOf(chord: string): string[] {
  const [last = "", ...before] = chord.split("+").reverse();
  const shifted = /^[A-Z]$/.test(last) && before.length > 0 ? ["Shift"] : [];
  const caps = last.split(" ").map((key) => NAMES[key] ?? (before.length > 0 ? key.toUpperCase() : key));
  return [...before.reverse(), ...shifted, ...caps];
}
