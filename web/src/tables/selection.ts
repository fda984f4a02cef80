/** Cells that are chosen: from one to another. Pure. */

export interface Cell {
  line: number;
  column: number;
}

export interface Selection {
  from: Cell;
  to: Cell;
}

export interface Block {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export function blockOf({ from, to }: Selection): Block {
  return {
    top: Math.min(from.line, to.line),
    bottom: Math.max(from.line, to.line),
    left: Math.min(from.column, to.column),
    right: Math.max(from.column, to.column),
  };
}

/** Where a key goes from a cell; null for one that goes nowhere. `page` is how many lines are in sight. */
export function stepped(
  cell: Cell,
  key: string,
  ctrl: boolean,
  lines: number,
  columns: number,
  page: number,
): Cell | null {
  const [lastLine, lastColumn] = [Math.max(0, lines - 1), Math.max(0, columns - 1)];
  const to = (line: number, column: number): Cell => ({
    line: Math.min(lastLine, Math.max(0, line)),
    column: Math.min(lastColumn, Math.max(0, column)),
  });
  switch (key) {
    case "ArrowUp":
      return to(ctrl ? 0 : cell.line - 1, cell.column);
    case "ArrowDown":
      return to(ctrl ? lastLine : cell.line + 1, cell.column);
    case "ArrowLeft":
      return to(cell.line, ctrl ? 0 : cell.column - 1);
    case "ArrowRight":
      return to(cell.line, ctrl ? lastColumn : cell.column + 1);
    case "PageUp":
      return to(cell.line - page, cell.column);
    case "PageDown":
      return to(cell.line + page, cell.column);
    case "Home":
      return to(ctrl ? 0 : cell.line, 0);
    case "End":
      return to(ctrl ? lastLine : cell.line, lastColumn);
    default:
      return null;
  }
}
