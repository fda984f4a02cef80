/** Pieces of a terminal line as the page draws them. */
import type { CSSProperties } from "react";
import type { Piece, PieceStyle } from "./ansi";
import { hitsIn } from "./search";

export function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  return pieces.map(piece);
}

export interface MarkedPiecesProps {
  pieces: readonly Piece[];
  /** The text of all pieces together. */
  text: string;
  wanted: RegExp | null;
  /** The line is the hit one stands on. */
  current: boolean;
}

function piece(part: Piece, place: number) {
  if (!part.style) return part.text;
  return (
    <span key={place} className={classOf(part.style)} style={styleOf(part.style)}>
      {part.text}
    </span>
  );
}

function classOf(style: PieceStyle): string {
  const names: string[] = [];
  if (style.bold) names.push("b");
  if (style.dim) names.push("d");
  if (style.italic) names.push("i");
  if (style.underline) names.push("u");
  if (style.strike) names.push("s");
  const color = style.inverse ? style.ground : style.color;
  if (color && !color.startsWith("#")) names.push(`c-${color}`);
  return names.join(" ");
}

function styleOf(style: PieceStyle): CSSProperties | undefined {
  const ink = style.inverse ? style.ground : style.color;
  const ground = style.inverse ? (style.color ?? "var(--text)") : style.ground;
  const out: CSSProperties = {};
  if (ink?.startsWith("#")) out.color = `color-mix(in srgb, ${ink} 78%, var(--text))`;
  else if (style.inverse && !ink) out.color = "var(--card)";
  if (ground)
    out.background = ground.startsWith("#") || ground.startsWith("var") ? ground : `var(--t-${ground}, var(--line))`;
  if (ground && !style.inverse && !style.color) out.color = "var(--card)";
  return Object.keys(out).length > 0 ? out : undefined;
}

/** The pieces with what was searched for marked, also where it goes over the edge of a piece. */
export function MarkedPieces({ pieces: parts, text, wanted, current }: MarkedPiecesProps) {
  const hits = hitsIn(text, wanted);
  if (hits.length === 0) return parts.map(piece);
  let at = 0;
  return parts.flatMap((part, place) => {
    const from = at;
    at += part.text.length;
    const cuts = new Set([from, at]);
    for (const [start, end] of hits) for (const cut of [start, end]) if (cut > from && cut < at) cuts.add(cut);
    const edges = [...cuts].sort((a, b) => a - b);
    return edges.slice(0, -1).map((start, each) => {
      const inner: Piece = { ...part, text: text.slice(start, edges[each + 1]) };
      const key = place * 1000 + each;
      if (!hits.some(([low, high]) => start >= low && start < high)) return piece(inner, key);
      return (
        <mark key={key} className={current ? "on" : undefined}>
          {piece(inner, key)}
        </mark>
      );
    });
  });
}
