/** What is in a report, block by block, from the spec its maker's client wrote. Pure. */

export interface Span {
  text: string;
  bold: boolean;
  italic: boolean;
  code: boolean;
  /** Where it leads; empty where it is no link. */
  link: string;
}

export type Block =
  | { kind: "heading"; level: number; spans: Span[] }
  | { kind: "paragraph"; spans: Span[] }
  | { kind: "quote"; spans: Span[] }
  | { kind: "note"; spans: Span[] }
  | { kind: "list"; ordered: boolean; items: { spans: Span[]; checked: boolean | null }[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "markdown"; text: string }
  | { kind: "math"; text: string }
  | { kind: "image"; address: string; caption: string }
  | { kind: "line" }
  | { kind: "panels"; metrics: string[]; panels: number }
  /** Of a type not known here, with whatever text is in it. */
  | { kind: "other"; type: string; spans: Span[] };

type Node = Record<string, unknown>;

export function blocksOf(spec: unknown): Block[] {
  const blocks = node(spec).blocks;
  return list(blocks)
    .map(blockOf)
    .filter((block) => !isEmpty(block));
}

function blockOf(raw: Node): Block {
  const type = text(raw.type);
  switch (type) {
    case "heading":
      return { kind: "heading", level: typeof raw.level === "number" ? raw.level : 1, spans: spansOf(raw) };
    case "paragraph":
      return { kind: "paragraph", spans: spansOf(raw) };
    case "block-quote":
      return { kind: "quote", spans: spansOf(raw) };
    case "callout-block":
      return { kind: "note", spans: spansOf(raw) };
    case "list":
      return {
        kind: "list",
        ordered: raw.ordered === true,
        items: list(raw.children).map((item) => ({
          spans: spansOf(item),
          checked: typeof item.checked === "boolean" ? item.checked : null,
        })),
      };
    case "code-block":
      return { kind: "code", language: text(raw.language), text: list(raw.children).map(plain).join("\n") };
    case "markdown-block":
      return { kind: "markdown", text: text(raw.content) };
    case "latex":
      return { kind: "math", text: text(raw.content) };
    case "image":
      return { kind: "image", address: text(raw.url), caption: plain(raw) };
    case "horizontal-rule":
      return { kind: "line" };
    case "panel-grid":
      return panelsOf(raw);
    default:
      return { kind: "other", type, spans: spansOf(raw) };
  }
}

function panelsOf(raw: Node): Block {
  const section = node(node(raw.metadata).panelBankSectionConfig);
  const panels = list(section.panels);
  const metrics = panels.flatMap((panel) => {
    const config = node(panel.config);
    const named = [config.metrics, config.mediaKeys].flatMap((value) => (Array.isArray(value) ? value : []));
    return named.filter((each): each is string => typeof each === "string");
  });
  return { kind: "panels", metrics: [...new Set(metrics)], panels: panels.length };
}

function isEmpty(block: Block): boolean {
  if (block.kind === "paragraph" || block.kind === "other") return block.spans.every((span) => !span.text.trim());
  return block.kind === "markdown" && !block.text.trim();
}

/** The leaves of a node in order, each with the marks on it and the link around it. */
function spansOf(raw: Node, link = ""): Span[] {
  if (typeof raw.text === "string")
    return raw.text === ""
      ? []
      : [{ text: raw.text, bold: raw.bold === true, italic: raw.italic === true, code: raw.inlineCode === true, link }];
  if (raw.type === "latex") return [{ text: text(raw.content), bold: false, italic: false, code: true, link }];
  const inside = raw.type === "link" ? text(raw.url) : link;
  const children = list(raw.children);
  return children.flatMap((child, place) => {
    const spans = spansOf(child, inside);
    const breaks = place > 0 && (child.type === "paragraph" || child.type === "callout-line");
    return breaks ? [{ text: "\n", bold: false, italic: false, code: false, link: "" }, ...spans] : spans;
  });
}

function plain(raw: Node): string {
  return spansOf(raw)
    .map((span) => span.text)
    .join("");
}

function node(raw: unknown): Node {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Node) : {};
}

function list(raw: unknown): Node[] {
  return Array.isArray(raw) ? raw.map(node) : [];
}

function text(raw: unknown): string {
  return typeof raw === "string" ? raw : "";
}
