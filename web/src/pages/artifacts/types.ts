/** Types of artifacts. Pure. */

/** Types that clients make by themselves, for tables and code; they stand aside until asked for. */
export function isOurs(type: string): boolean {
  return /^(run_table|wandb-|code$|job$)/.test(type);
}

export function iconOf(type: string) {
  if (/table/.test(type)) return "table" as const;
  if (type === "code" || type === "job") return "code" as const;
  if (/data/.test(type)) return "disk" as const;
  return "box" as const;
}
