import { highlight } from "./highlight";
import "./tokens.css";

/** A line of code in the colours of its language. */
export function Tokens({ line, path }: { line: string; path: string }) {
  return highlight(line, path).map((token, place) =>
    token.kind ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: tokens of a line do not move.
      <span key={place} className={`tok-${token.kind}`}>
        {token.text}
      </span>
    ) : (
      token.text
    ),
  );
}
