import { Skeleton } from "@/ui";

/** A page of cards whose first data is on its way. */
export function Waiting() {
  return (
    <div className="page">
      <div className="page-in">
        <div className="ui-card">
          <Skeleton rows={4} height={16} />
        </div>
        <div className="ui-card">
          <Skeleton rows={8} height={16} />
        </div>
      </div>
    </div>
  );
}
