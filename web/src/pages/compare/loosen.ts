/** A printed line without what is never the same twice: times, durations, numbers, addresses. Pure. */
export function loosened(line: string): string {
  return line
    .replace(/\b0x[0-9a-f]+\b/gi, "#")
    .replace(/\d+(?:[.:,_/-]\d+)*(?:e[+-]?\d+)?/gi, "#")
    .replace(/#(?:\s*(?:ms|s|it\/s|s\/it|%|[kMG]i?B))(?![A-Za-z])/g, "#");
}
