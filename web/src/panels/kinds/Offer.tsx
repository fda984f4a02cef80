/** Runs were chosen in a chart: what can be done with them. */
import { useNavigate } from "@tanstack/react-router";
import { readList, type SearchParams, writeList } from "@/state/view";
import { Button, IconButton } from "@/ui";
import { useText } from "@/ui/text";

/** The filter that leaves these runs: their ids, in the language of the run list. */
export function filterFor(runs: readonly string[]): string {
  return `id matches "^(${runs.map((id) => id.replace(/[.*+?^${}()|[\]\\]/g, "\\\\$&")).join("|")})$"`;
}

export function Offer({ runs, onClear }: { runs: readonly string[]; onClear: () => void }) {
  const t = useText();
  const go = useNavigate();
  const filter = () => {
    void go({
      to: ".",
      search: ((old: SearchParams) => ({ ...old, f: writeList([...readList(old.f), filterFor(runs)]) })) as never,
    });
    onClear();
  };
  return (
    <span className="kd-offer">
      <Button icon="filter" onClick={filter}>
        {t.kinds.filterTo(runs.length)}
      </Button>
      <IconButton icon="x" small label={t.common.clear} onClick={onClear} />
    </span>
  );
}
