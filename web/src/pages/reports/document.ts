/** A report as it is read and written here: parts of text and parts of panels. Pure. */
import { type PanelDef, type PanelKind, readPanel } from "@/state/layout";
import { type Block, blocksOf } from "./blocks";
import { markdownOf } from "./markdown";

export interface TextPart {
  id: string;
  kind: "text";
  /** Markdown. */
  text: string;
  /** The block as its maker's client wrote it, for as long as nobody changed the text. */
  raw?: unknown;
}

export interface PanelsPart {
  id: string;
  kind: "panels";
  /** Which runs are drawn, in the words of the workspace's address: `q=…&f=…&g=…`; `""` is the ten newest. */
  runs: string;
  panels: readonly PanelDef[];
  raw?: unknown;
}

export type Part = TextPart | PanelsPart;

type Node = Record<string, unknown>;

/** The parts of a report's spec. What the official client wrote is read as Markdown and as panels. */
export function readDocument(spec: unknown): Part[] {
  const blocks = isNode(spec) && Array.isArray(spec.blocks) ? spec.blocks : [];
  const out: Part[] = [];
  blocks.forEach((raw: unknown, place) => {
    const id = `b${place}`;
    const own = isNode(raw) && isNode(raw.gnomon) ? raw.gnomon : null;
    if (own && Array.isArray(own.panels)) {
      out.push({
        id,
        kind: "panels",
        runs: typeof own.runs === "string" ? own.runs : "",
        panels: own.panels.flatMap((panel, at) => readPanel(idIn(panel) ?? `${id}-${at}`, panel) ?? []),
      });
      return;
    }
    const [block] = blocksOf({ blocks: [raw] });
    if (!block) return;
    if (block.kind === "panels") out.push({ id, kind: "panels", runs: "", panels: panelsOf(block, id), raw });
    else if (block.kind === "markdown") out.push({ id, kind: "text", text: block.text });
    else out.push({ id, kind: "text", text: markdownOf(block), raw });
  });
  return out;
}

/** The spec that is kept: what nobody changed stays as its maker's client wrote it. */
export function writeDocument(parts: readonly Part[], before: unknown): Record<string, unknown> {
  const rest = isNode(before) ? before : {};
  const blocks = parts
    .filter((part) => part.kind === "panels" || part.text.trim() !== "")
    .map((part) => part.raw ?? blockOf(part));
  return { version: 5, ...rest, blocks };
}

function blockOf(part: Part): Node {
  if (part.kind === "text") return { type: "markdown-block", content: part.text };
  return {
    type: "panel-grid",
    children: [{ text: "" }],
    // what the official client understands of it: the metrics, as line plots
    metadata: {
      panelBankSectionConfig: {
        name: "Report Panels",
        isOpen: true,
        panels: part.panels
          .filter((panel) => panel.kind === "line")
          .map((panel) => ({ viewType: "Run History Line Plot", config: { metrics: panel.config.keys ?? [] } })),
      },
    },
    gnomon: { runs: part.runs, panels: part.panels },
  };
}

function panelsOf(block: Block & { kind: "panels" }, id: string): PanelDef[] {
  return block.metrics.map((key, place) => ({ ...panelOf(`${id}-${place}`, "line"), config: { keys: [key] } }));
}

export function panelOf(id: string, kind: PanelKind): PanelDef {
  return { id, kind, title: "", config: {}, size: { columns: 1, rows: 1 }, settings: {} };
}

/** The headings of a report, for its table of contents: of each its text, depth, part and place in it. */
export interface Heading {
  part: string;
  text: string;
  level: number;
}

export function headingsOf(parts: readonly Part[]): Heading[] {
  return parts.flatMap((part) => {
    if (part.kind !== "text") return [];
    let fence = "";
    return part.text.split("\n").flatMap((line): Heading[] => {
      const mark = /^(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
      if (fence) {
        if (mark.startsWith(fence)) fence = "";
        return [];
      }
      if (mark) {
        fence = mark;
        return [];
      }
      const found = /^(#{1,4})\s+(.*?)\s*#*$/.exec(line);
      return found
        ? [{ part: part.id, text: (found[2] ?? "").replace(/[*_`]/g, ""), level: found[1]?.length ?? 1 }]
        : [];
    });
  });
}

function idIn(panel: unknown): string | null {
  return isNode(panel) && typeof panel.id === "string" && panel.id ? panel.id : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
