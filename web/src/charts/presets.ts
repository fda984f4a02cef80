/** The plain charts of `wandb.plot`, which a panel can draw of any table: which fields each has. Pure. */

export interface PresetField {
  name: string;
  /** It may stay empty. */
  optional?: boolean;
}

export const PRESETS = {
  "wandb/line/v0": [{ name: "x" }, { name: "y" }, { name: "stroke", optional: true }],
  "wandb/scatter/v0": [{ name: "x" }, { name: "y" }, { name: "stroke", optional: true }],
  "wandb/bar/v0": [{ name: "label" }, { name: "value" }, { name: "group", optional: true }],
  "wandb/histogram/v0": [{ name: "value" }],
  "wandb/lineseries/v0": [{ name: "step" }, { name: "lineVal" }, { name: "lineKey" }],
  "wandb/area-under-curve/v0": [{ name: "x" }, { name: "y" }, { name: "class", optional: true }],
  "wandb/confusion_matrix/v1": [{ name: "Actual" }, { name: "Predicted" }, { name: "nPredictions" }],
} as const satisfies Record<string, readonly PresetField[]>;

export type Preset = keyof typeof PRESETS;

export function isPreset(chart: string): chart is Preset {
  return chart in PRESETS;
}

/** Which column each field of a preset takes: what was chosen, else one of its own name, else the next that is free. */
export function mapping(
  preset: Preset,
  chosen: Readonly<Record<string, string>>,
  columns: readonly string[],
): Record<string, string> {
  const fields: readonly PresetField[] = PRESETS[preset];
  const out: Record<string, string> = {};
  for (const { name } of fields) {
    if (chosen[name] !== undefined) out[name] = chosen[name];
    else if (columns.includes(name)) out[name] = name;
  }
  for (const { name, optional } of fields) {
    if (out[name] !== undefined || optional) continue;
    const taken = Object.values(out);
    const free = columns.find((column) => !taken.includes(column));
    if (free !== undefined) out[name] = free;
  }
  return out;
}
