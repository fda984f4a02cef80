/** Math, set by KaTeX; what it cannot read stays as it was typed, with why on hover. */
import katex from "katex";
import "katex/dist/katex.min.css";

export function setMath(host: HTMLElement): void {
  for (const element of host.querySelectorAll<HTMLElement>("[data-math]")) {
    const source = element.textContent ?? "";
    try {
      katex.render(source, element, { displayMode: element.dataset.math === "display", trust: false, maxExpand: 500 });
    } catch (error) {
      element.textContent = source;
      element.title = error instanceof Error ? error.message : String(error);
      element.classList.add("md-math-wrong");
    }
  }
}
