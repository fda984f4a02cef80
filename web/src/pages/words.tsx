/** A sentence in which `backquoted` parts are set as code. */
export function Words({ text }: { text: string }) {
  return (
    <>
      {text.split("`").map((part, place) =>
        place % 2 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence do not move.
          <code key={place} className="words-code">
            {part}
          </code>
        ) : (
          part
        ),
      )}
    </>
  );
}
