/** Goes to a line, a step or a time, as typed. */
import { useState } from "react";
import type { Run } from "@/api/types";
import { Button, Chip, Popover, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { type Goal, goalOf } from "./go-to";

export function GoTo({ run, onGo }: { run: Run; onGo: (goal: Goal) => Promise<boolean> }) {
  const t = useText().logs;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const go = async () => {
    const goal = goalOf(typed, run.created_at);
    if (!goal) return setWrong(t.goWrong);
    if (!(await onGo(goal))) return setWrong(t.goNowhere);
    setOpen(false);
    setTyped("");
    setWrong(null);
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={280}
      label={t.goTo}
      trigger={<Chip label={t.goTo} value={t.goWhat} />}
    >
      <form
        className="logs-go"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <TextInput
          autoFocus
          value={typed}
          aria-label={t.goTo}
          aria-invalid={wrong !== null}
          placeholder={t.goExample}
          onChange={(event) => {
            setTyped(event.target.value);
            setWrong(null);
          }}
        />
        <Button variant="primary" type="submit" disabled={!typed.trim()}>
          {t.go}
        </Button>
        <p className={wrong ? "ui-field-error" : "t3"} role={wrong ? "alert" : undefined}>
          {wrong ?? t.goHint}
        </p>
      </form>
    </Popover>
  );
}
