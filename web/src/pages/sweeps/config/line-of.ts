/** In which line of a config something is wrong, from 1; null where the server did not say. Pure. */
export function lineOf(text: string, message: string, field: string | null): number | null {
  const said = [...message.matchAll(/line (\d+)/g)].at(-1);
  if (said) return Number(said[1]);
  if (!field || field === "config") return null;
  return keyLine(text.split("\n"), field.split("."));
}

/** The line of a key that lies in others, each farther in than the one before it; where one is missing, of the last found. */
function keyLine(lines: readonly string[], path: readonly string[]): number | null {
  let found: number | null = null;
  let from = 0;
  for (const key of path) {
    const at = lines.findIndex((line, place) => place >= from && isKey(line, key));
    if (at < 0) return found;
    found = at + 1;
    from = at + 1;
  }
  return found;
}

function isKey(line: string, key: string): boolean {
  const written = /^[\s-]*(?:"([^"]+)"|'([^']+)'|([^\s:#][^:]*?))\s*:(?:\s|$)/.exec(line);
  return (written?.[1] ?? written?.[2] ?? written?.[3]) === key;
}
