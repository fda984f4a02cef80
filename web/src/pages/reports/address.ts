/** The addresses of reports: a title made plain, then the id, as the official client prints them. Pure. */
import type { ReportInfo } from "@/api/types";

const KIND = "View:";

/** The last part of a report's address: `First-look--VmlldzoxMg`. */
export function slugOf({ title, id }: Pick<ReportInfo, "title" | "id">): string {
  const plain = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${plain || "report"}--${btoa(KIND + id).replaceAll("=", "")}`;
}

/** The number of the report that such a part names; what is none is given back as it is. */
export function idOf(slug: string): string {
  const code = slug.slice(slug.lastIndexOf("--") + 2);
  if (!slug.includes("--") && /^\d+$/.test(slug)) return slug;
  try {
    const text = atob(code);
    return text.startsWith(KIND) ? text.slice(KIND.length) : code;
  } catch {
    return code;
  }
}
