import { lazy, Suspense } from "react";
import { Markdown } from "@/ui/markdown/Markdown";
import type { Part } from "./document";

const ReportPanels = lazy(() => import("./ReportPanels"));

/** A part of a report as it is read. */
export function PartView({ part, entity, project }: { part: Part; entity: string; project: string }) {
  return (
    <section id={`part-${part.id}`} className={part.kind === "panels" ? "rp-part wide" : "rp-part"}>
      {part.kind === "text" ? (
        <Markdown text={part.text} />
      ) : (
        <Suspense fallback={<div className="rp-grid-wait" style={{ height: part.panels.length > 0 ? 247 : 0 }} />}>
          <ReportPanels part={part} entity={entity} project={project} />
        </Suspense>
      )}
    </section>
  );
}
