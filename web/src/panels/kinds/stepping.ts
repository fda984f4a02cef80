/** Marks of a picture walked through by the keyboard: arrows, Home and End; Enter opens one, Escape lets go. */
import { useNavigate } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import { useBoard } from "@/panels/board";

/** Where one stands after a key, from place `at` of `count`; −1 is nowhere. Null where the key is not of these. */
export function stepped(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return Math.min(count - 1, at + 1);
    case "ArrowLeft":
    case "ArrowUp":
      return at < 0 ? count - 1 : Math.max(0, at - 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    case "Escape":
      return at < 0 ? null : -1;
    default:
      return null;
  }
}

/** `run` of a mark is what Enter opens; null where it stands for several. */
export function useStepping(
  marks: readonly { id: string; run: string | null }[],
  at: number,
  go: (to: number) => void,
) {
  const open = useOpenRun();
  return {
    tabIndex: 0,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const to = stepped(event.key, at, marks.length);
      const run = event.key === "Enter" ? marks[at]?.run : null;
      if (to === null && !run) return;
      event.preventDefault();
      event.stopPropagation();
      if (run) open(run);
      else if (to !== null) go(to);
    },
    onBlur: () => at >= 0 && go(-1),
  };
}

export function useOpenRun(): (run: string) => void {
  const { entity, project } = useBoard();
  const navigate = useNavigate();
  return (run) => void navigate({ to: "/$entity/$project/runs/$run", params: { entity, project, run } });
}
