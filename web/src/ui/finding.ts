/** Looking for something among many by words. Pure. */

/** Something one can look for. */
export interface Finding {
  id: string;
  text: string;
}

/** Those whose text has all the words, in any case. */
export function found(findings: readonly Finding[], query: string): string[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return findings
    .filter(({ text }) => {
      const lower = text.toLowerCase();
      return words.every((word) => lower.includes(word));
    })
    .map(({ id }) => id);
}
