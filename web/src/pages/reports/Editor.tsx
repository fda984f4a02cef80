/** The writing of a report: parts that are typed, moved and taken away; everything is saved as one goes. */
import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Report } from "@/api/types";
import { Button, Icon, IconButton } from "@/ui";
import { useText } from "@/ui/text";
import { slugOf } from "./address";
import type { Part } from "./document";
import { type Insertable, InsertMenu, insertableOf } from "./insert";
import { inserted, moved, newText, withoutPart, withPart } from "./parts";
import { TextEditor } from "./TextEditor";
import { type Saving, useDraft } from "./useDraft";

const PanelsEditor = lazy(() => import("./PanelsEditor"));

export default function Editor({ entity, project, report }: { entity: string; project: string; report: Report }) {
  const t = useText().reports;
  const draft = useDraft(entity, project, report);
  const { parts, title, description } = draft.value;
  const [active, setActive] = useState<string | null>(null);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const setParts = (next: (parts: readonly Part[]) => readonly Part[]) =>
    draft.change((old) => ({ parts: next(old.parts) }));
  const drop = ({ active: from, over }: DragEndEvent) => {
    if (over && from.id !== over.id) setParts((old) => moved(old, String(from.id), String(over.id)));
  };
  const insert = (what: Insertable, after: string | null) => {
    const part = insertableOf(what);
    setParts((old) => inserted(old, part, after));
    setActive(part.id);
  };
  return (
    <main className="page">
      <div className="rp-bar" role="toolbar" aria-label={t.edit}>
        <SavingMark saving={draft.saving} retry={draft.save} />
        <span className="grow" />
        {draft.value.draft ? (
          <Button onClick={() => draft.change({ draft: false })}>{t.publish}</Button>
        ) : (
          <Button variant="bare" onClick={() => draft.change({ draft: true })}>
            {t.unpublish}
          </Button>
        )}
        <Link
          className="ui-btn ui-btn-primary"
          to="/$entity/$project/reports/$report"
          params={{ entity, project, report: slugOf({ title, id: report.info.id }) }}
          onClick={() => void draft.save()}
        >
          <Icon name="check" />
          {t.done}
        </Link>
      </div>
      {draft.saving.kind === "conflict" && (
        <div className="rp-conflict" role="alert">
          <Icon name="warn" />
          <p>
            <b>{t.conflict}</b> {draft.saving.said}
          </p>
          <Button onClick={() => void draft.takeTheirs()}>{t.takeTheirs}</Button>
          <Button onClick={() => void draft.keepMine()}>{t.keepMine}</Button>
        </div>
      )}
      <div className="rp-frame">
        <article className="rp editing">
          <input
            className="rp-title"
            aria-label={t.title}
            placeholder={t.untitled}
            value={title}
            onChange={(event) => draft.change({ title: event.target.value })}
          />
          <input
            className="rp-about"
            aria-label={t.about}
            placeholder={t.aboutHint}
            value={description}
            onChange={(event) => draft.change({ description: event.target.value })}
          />
          <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={drop}>
            <SortableContext items={parts.map((part) => part.id)} strategy={verticalListSortingStrategy}>
              {parts.map((part) => (
                <Row
                  key={part.id}
                  part={part}
                  onInsert={(what) => insert(what, part.id)}
                  onRemove={() => setParts((old) => withoutPart(old, part.id))}
                >
                  {part.kind === "text" ? (
                    <TextEditor
                      text={part.text}
                      active={active === part.id}
                      onActive={(on) => setActive(on ? part.id : null)}
                      onChange={(text) => setParts((old) => withPart(old, newText(part.id, text)))}
                      onInsert={(what) => insert(what, part.id)}
                      onEmpty={() => setParts((old) => withoutPart(old, part.id))}
                    />
                  ) : (
                    <Suspense fallback={<div className="rp-grid-wait" style={{ height: 300 }} />}>
                      <PanelsEditor
                        part={part}
                        entity={entity}
                        project={project}
                        change={(next) => setParts((old) => withPart(old, next))}
                      />
                    </Suspense>
                  )}
                </Row>
              ))}
            </SortableContext>
          </DndContext>
          <div className="rp-end">
            <InsertMenu label={t.add} onInsert={(what) => insert(what, null)} wide />
            <span className="t3">{t.slashHint}</span>
          </div>
        </article>
      </div>
    </main>
  );
}

interface RowProps {
  part: Part;
  onInsert: (what: Insertable) => void;
  onRemove: () => void;
  children: React.ReactNode;
}

function Row({ part, onInsert, onRemove, children }: RowProps) {
  const t = useText().reports;
  const { setNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({ id: part.id });
  return (
    <div
      ref={setNodeRef}
      className={`rp-row-edit${isDragging ? " dragged" : ""}`}
      style={{ transform: CSS.Translate.toString(transform), transition }}
    >
      <span className="rp-row-tools">
        <InsertMenu label={t.insertBelow} onInsert={onInsert} />
        <button type="button" className="rp-drag" aria-label={t.drag} title={t.drag} {...attributes} {...listeners}>
          <Icon name="drag" small />
        </button>
        <IconButton icon="trash" label={t.removePart} small onClick={onRemove} />
      </span>
      <div className="rp-row-body">{children}</div>
    </div>
  );
}

function SavingMark({ saving, retry }: { saving: Saving; retry: () => void }) {
  const t = useText().reports;
  switch (saving.kind) {
    case "saved":
      return (
        <span className="t3 rp-saving">
          <Icon name="check" small />
          {t.saved}
        </span>
      );
    case "saving":
      return <span className="t3 rp-saving">{t.saving}</span>;
    case "failed":
      return (
        <span className="rp-saving failed" role="alert">
          <Icon name="warn" small />
          {t.notSaved(saving.said)}
          <Button variant="bare" onClick={retry}>
            {t.tryAgain}
          </Button>
        </span>
      );
    case "conflict":
      return null;
  }
}
