/** What is a Bokeh document in a file, and which parts of Bokeh draw it. Pure. */

export interface BokehFigure {
  version: string;
  /** Null where it is of a time whose documents were written otherwise. */
  document: Record<string, unknown> | null;
}

/** Null where the file is no document of Bokeh's. */
export function bokehOf(file: unknown): BokehFigure | null {
  if (typeof file !== "object" || file === null) return null;
  const document = file as Record<string, unknown>;
  if (document.roots === undefined) return null;
  const version = typeof document.version === "string" ? document.version : "";
  return { version, document: Array.isArray(document.roots) ? document : null };
}

export type BokehPart = "core" | "gl" | "mathjax" | "tables" | "widgets";

/** The models that are in parts of Bokeh beside its core: as there are many widgets, those told by what they are used for. */
const TABLES =
  /^(DataTable|DataCube|TableColumn|.*CellEditor|.*CellFormatter|(String|Number|Date|HTMLTemplate|Boolean)(Formatter|Editor))$/;
const WIDGETS =
  /(Slider|Button|Select|Choice|Input|Picker|Spinner|Toggle|Switch|CheckboxGroup|RadioGroup|Dropdown|Paragraph|Div|PreText|Markup|MultiChoice|ColorMap|Progress|Help)$/;
const FORMULAS = /^(MathText|MathML|TeX|Ascii)$/;

export function bokehNeeds(document: unknown): BokehPart[] {
  const parts = new Set<BokehPart>(["core"]);
  const walk = (value: unknown) => {
    if (Array.isArray(value)) for (const each of value) walk(each);
    else if (typeof value === "object" && value !== null) {
      const { type, name, attributes } = value as {
        type?: unknown;
        name?: unknown;
        attributes?: { output_backend?: unknown };
      };
      if (type === "object" && typeof name === "string") {
        if (TABLES.test(name)) parts.add("tables").add("widgets");
        if (WIDGETS.test(name)) parts.add("widgets");
        if (FORMULAS.test(name)) parts.add("mathjax");
        if (attributes?.output_backend === "webgl") parts.add("gl");
      }
      for (const each of Object.values(value)) walk(each);
    } else if (typeof value === "string" && /\$\$.+\$\$/s.test(value)) parts.add("mathjax");
  };
  walk(document);
  return [...parts];
}
