/** Words at places of x: written, changed and taken away. */
import { useState } from "react";
import { type XKind, xText } from "@/plot/LinePlot";
import { Button, Dialog, Field, IconButton, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import type { Annotation } from "./config";

export interface AnnotateProps {
  axis: string;
  xKind: XKind;
  /** Where the words go if nobody says otherwise. */
  x: number;
  known: readonly Annotation[];
  /** Empty words take away what stands there. */
  write: (annotation: Annotation) => void;
  close: () => void;
}

export function Annotate({ axis, xKind, x, known, write, close }: AnnotateProps) {
  const words = useText();
  const t = words.lines;
  const [place, setPlace] = useState(String(xKind === "step" ? Math.round(x) : Number(x.toPrecision(8))));
  const [text, setText] = useState("");
  const at = Number(place);
  const good = place.trim() !== "" && Number.isFinite(at);
  const here = known.filter((each) => each.axis === axis);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t.annotateTitle}
      description={t.annotateAbout}
      footer={
        <>
          <Button onClick={close}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit" form="pn-annotate" disabled={!good || text.trim() === ""}>
            {words.common.save}
          </Button>
        </>
      }
    >
      <form
        id="pn-annotate"
        className="pn-annotate"
        onSubmit={(event) => {
          event.preventDefault();
          if (!good || text.trim() === "") return;
          write({ axis, x: at, text: text.trim() });
          close();
        }}
      >
        <Field label={t.axes(axis)} error={good ? undefined : t.notANumber}>
          {(id) => (
            <TextInput id={id} className="num" value={place} onChange={(event) => setPlace(event.target.value)} />
          )}
        </Field>
        <Field label={t.annotateText}>
          {(id) => (
            <TextInput
              id={id}
              autoFocus
              maxLength={200}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </form>
      {here.length > 0 && (
        <ul className="pn-annotations">
          {here.map((each) => (
            <li key={each.x}>
              <span className="num t3">{xText(each.x, xKind)}</span>
              <span className="cut">{each.text}</span>
              <IconButton icon="trash" small label={t.annotateRemove} onClick={() => write({ ...each, text: "" })} />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
