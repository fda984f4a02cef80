/** A text in Markdown. The renderer comes with the first text that is shown, colours of code and math with the first of those. */
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import "./markdown.css";

type Render = typeof import("./render").htmlOf;

let render: Render | null = null;
let coming: Promise<Render> | null = null;

function rendererOf(): Promise<Render> {
  coming ??= import("./render").then((found) => {
    render = found.htmlOf;
    return found.htmlOf;
  });
  return coming;
}

export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const host = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(render !== null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (ready) return;
    let live = true;
    rendererOf().then(
      () => live && setReady(true),
      () => {
        coming = null;
        if (live) setFailed(true);
      },
    );
    return () => {
      live = false;
    };
  }, [ready]);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element || !ready || !render) return;
    element.innerHTML = render(text);
    let live = true;
    const still = () => live;
    if (element.querySelector("code[data-language]"))
      void import("./code").then(({ colourCode }) => still() && colourCode(element));
    if (element.querySelector("[data-math]")) void import("./katex").then(({ setMath }) => still() && setMath(element));
    return () => {
      live = false;
    };
  }, [text, ready]);
  // until the renderer is there, and if it never comes, the words themselves are worth reading
  return ready ? (
    <div className="markdown" ref={host} />
  ) : (
    <div className={failed ? "markdown plain failed" : "markdown plain"}>{text}</div>
  );
});
