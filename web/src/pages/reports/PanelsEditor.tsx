/** The part of panels while one edits: which runs, and which panels. */
import type { PanelsPart } from "./document";
import ReportPanels from "./ReportPanels";

export interface PanelsEditorProps {
  entity: string;
  project: string;
  part: PanelsPart;
  change: (part: PanelsPart) => void;
}

export default function PanelsEditor({ entity, project, part }: PanelsEditorProps) {
  return <ReportPanels entity={entity} project={project} part={part} />;
}
