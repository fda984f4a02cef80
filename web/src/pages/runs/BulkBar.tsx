/** What can be done with the selected runs at once. */
import { useState } from "react";
import type { Run } from "@/api/types";
import { Button, IconButton, Popover, TextInput } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";

export interface BulkBarProps {
  runs: readonly Run[];
  onTag: (tag: string, on: boolean) => void;
  onGroup: (group: string) => void;
  onStop: () => void;
  onCompare: () => void;
  onHide: () => void;
  onExport: () => void;
  onDelete: () => void;
  onClear: () => void;
}

export function BulkBar(props: BulkBarProps) {
  const { runs, onTag, onCompare, onHide, onExport, onDelete, onClear } = props;
  const t = useText();
  const [tag, setTag] = useState("");
  const [tagging, setTagging] = useState(false);
  const [group, setGroup] = useState("");
  const [moving, setMoving] = useState(false);
  const groups = [...new Set(runs.map((run) => run.group))].filter(Boolean).slice(0, 12);
  const running = runs.filter((run) => run.state === "running" && !run.stop_asked).length;
  const known = [...new Set(runs.flatMap((run) => run.tags))].slice(0, 12);
  const apply = (name: string, on: boolean) => {
    const trimmed = name.trim();
    if (!trimmed) return;
    onTag(trimmed, on);
    setTag("");
    setTagging(false);
  };
  return (
    <div className="runs-bulk num" role="toolbar" aria-label={t.runs.selected(runs.length)}>
      <b>{t.runs.selected(runs.length)}</b>
      <Button variant="bare" icon="compare" onClick={onCompare} disabled={runs.length < 2}>
        {t.compare.title}
      </Button>
      <Popover
        open={tagging}
        onOpenChange={setTagging}
        side="top"
        width={280}
        label={t.runs.tag}
        trigger={
          <Button variant="bare" icon="tag">
            {t.runs.tag}
          </Button>
        }
      >
        <form
          className="runs-filter-form"
          onSubmit={(event) => {
            event.preventDefault();
            apply(tag, true);
          }}
        >
          <TextInput
            autoFocus
            value={tag}
            placeholder={t.runs.tagName}
            aria-label={t.runs.tagName}
            onChange={(event) => setTag(event.target.value)}
          />
          {known.length > 0 && (
            <div className="runs-known">
              {known.map((each) => (
                <button key={each} type="button" className="ui-tag" onClick={() => setTag(each)}>
                  {each} <span className="t3">{count(runs.filter((run) => run.tags.includes(each)).length)}</span>
                </button>
              ))}
            </div>
          )}
          <Button type="submit" variant="primary" disabled={!tag.trim()}>
            {t.runs.tagAdd}
          </Button>
          <Button disabled={!known.includes(tag.trim())} onClick={() => apply(tag, false)}>
            {t.runs.tagRemove}
          </Button>
        </form>
      </Popover>
      <Popover
        open={moving}
        onOpenChange={setMoving}
        side="top"
        width={280}
        label={t.runs.moveTo}
        trigger={
          <Button variant="bare" icon="group">
            {t.runs.moveTo}
          </Button>
        }
      >
        <form
          className="runs-filter-form"
          onSubmit={(event) => {
            event.preventDefault();
            props.onGroup(group.trim());
            setGroup("");
            setMoving(false);
          }}
        >
          <TextInput
            autoFocus
            value={group}
            placeholder={t.runs.groupName}
            aria-label={t.runs.groupName}
            onChange={(event) => setGroup(event.target.value)}
          />
          {groups.length > 0 && (
            <div className="runs-known">
              {groups.map((each) => (
                <button key={each} type="button" className="ui-tag" onClick={() => setGroup(each)}>
                  {each}
                </button>
              ))}
            </div>
          )}
          <Button type="submit" variant="primary">
            {group.trim() ? t.runs.moveInto(group.trim()) : t.runs.moveOut}
          </Button>
        </form>
      </Popover>
      {running > 0 && (
        <Button variant="bare" icon="stop" onClick={props.onStop}>
          {t.runs.stop(running)}
        </Button>
      )}
      <Button variant="bare" icon="eyeOff" onClick={onHide}>
        {t.runs.hide}
      </Button>
      <Button variant="bare" icon="download" onClick={onExport}>
        {t.runs.export}
      </Button>
      <Button variant="bare" icon="trash" className="runs-bulk-delete" onClick={onDelete}>
        {t.common.delete}
      </Button>
      <IconButton icon="x" small label={t.runs.clearSelection} onClick={onClear} />
    </div>
  );
}
