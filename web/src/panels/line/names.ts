/** Names in little room. Pure. */

/** A name shortened in its middle, where names of a family are alike: `dit-l2-cfg…bs256-s0`. */
export function shortened(name: string, most: number): string {
  const letters = [...name];
  if (letters.length <= most) return name;
  const tail = Math.floor((most - 1) / 2);
  return `${letters.slice(0, most - 1 - tail).join("")}…${letters.slice(letters.length - tail).join("")}`;
}

/** What is out of sight after one line was clicked: all others, or nothing where it stood alone. */
export function isolated(all: readonly string[], out: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const others = all.filter((id) => id !== one);
  const alone = !out.has(one) && others.length > 0 && others.every((id) => out.has(id));
  return new Set(alone ? [] : others);
}

/** What is out of sight after one line was switched; the last one in sight brings all back. */
export function switched(all: readonly string[], out: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(out);
  if (!next.delete(one)) next.add(one);
  return all.every((id) => next.has(id)) ? new Set() : next;
}
