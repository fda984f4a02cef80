/** Images of a key over steps: pure. */

export interface Picture {
  path: string;
  caption: string;
  width: number;
  height: number;
}

/** The images a logged value stands for; nothing where it is no image. */
export function picturesOf(value: unknown): Picture[] {
  if (typeof value !== "object" || value === null) return [];
  const media = value as Record<string, unknown>;
  const size = (name: string) => (typeof media[name] === "number" ? (media[name] as number) : 0);
  if (media._type === "image-file" && typeof media.path === "string")
    return [
      {
        path: media.path,
        caption: typeof media.caption === "string" ? media.caption : "",
        width: size("width"),
        height: size("height"),
      },
    ];
  if (media._type === "images/separated" && Array.isArray(media.filenames)) {
    const captions = Array.isArray(media.captions) ? media.captions : [];
    return media.filenames
      .filter((path): path is string => typeof path === "string")
      .map((path, i) => ({
        path,
        caption: typeof captions[i] === "string" ? (captions[i] as string) : "",
        width: size("width"),
        height: size("height"),
      }));
  }
  return [];
}

/** The steps at which any run has the key, in order, each once. */
export function stepsOf(runs: readonly { rows: readonly Record<string, unknown>[] }[]): number[] {
  const steps = new Set<number>();
  for (const { rows } of runs) for (const row of rows) if (typeof row._step === "number") steps.add(row._step);
  return [...steps].sort((a, b) => a - b);
}

/** The row a run shows at a step: that step's, or the last before it. */
export function rowAt(rows: readonly Record<string, unknown>[], step: number): Record<string, unknown> | null {
  let found: Record<string, unknown> | null = null;
  for (const row of rows) {
    if (typeof row._step !== "number" || row._step > step) continue;
    if (!found || row._step >= (found._step as number)) found = row;
  }
  return found;
}
