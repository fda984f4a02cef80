import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** What of the page, or of a part of it, those who cannot see or use it well would stumble over seriously; by WCAG 2 A
    and AA, and by axe's own advice unless only the `standard` is asked for. */
export async function faults(page: Page, part?: string, standard = false): Promise<string[]> {
  // where what is right stands, and how each element is called, costs most of the time and is asked by nobody; frames
  // hold what people logged, so that what is found need not be put together of several documents
  let axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"], selectors: false, iframes: false });
  axe = axe.setLegacyMode();
  if (standard) axe = axe.withTags(["wcag2a", "wcag2aa"]);
  const { violations } = await (part ? axe.include(part) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id} (${nodes.length}) ${nodes[0]?.html.slice(0, 200)}`);
}
