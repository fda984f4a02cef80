import { Button, Icon } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";

/** Says that what is below is the answer of a query, and leads back. */
export function Answered({ rows, onBack }: { rows: number; onBack: () => void }) {
  const t = useText().tables;
  return (
    <div className="tb-answer">
      <Icon name="check" small />
      <span className="num">{t.sqlResult(count(rows))}</span>
      <Button variant="bare" icon="left" onClick={onBack}>
        {t.sqlBack}
      </Button>
    </div>
  );
}
