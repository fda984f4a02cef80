import { type ReactNode, type RefObject, useState } from "react";
import type { KeyInfo } from "@/api/types";
import { restoreAll } from "@/state/layout";
import { type ChartView, PLAIN_CHARTS } from "@/state/view";
import { Button, Chip, Icon, IconButton, Menu, type MenuItem, Popover, Search, toast } from "@/ui";
import { copyText } from "@/ui/controls";
import { useText } from "@/ui/text";
import { useArranging } from "./arranging";
import { ColourChip, type FieldChipProps, GroupChip } from "./bar/FieldChips";
import { SmoothingChoice, useXName, XChoice } from "./bar/settings";
import { type Board, useBoard } from "./board";
import { amountText } from "./line/Badges";
import { regexProblem } from "./search";
import "./panels.css";
import "./board.css";

export interface ControlBarProps {
  view: ChartView;
  change: Board["change"];
  keys: readonly KeyInfo[];
  /** How many panels the search leaves. */
  matching: number;
  total: number;
  sections: readonly string[];
  searchRef?: RefObject<HTMLInputElement | null>;
  /** Stands in front: the saved views, a button that opens the list of runs. */
  before?: ReactNode;
  /** The list of runs, where it can be grouped and coloured. */
  list?: FieldChipProps;
  /** What can be undone, done again, locked and added. */
  editing?: EditTools;
  /** A link that shows the same to somebody else. */
  link?: () => Promise<string>;
}

export interface EditTools {
  undo: (() => void) | null;
  redo: (() => void) | null;
  locked: boolean;
  lock: (on: boolean) => void;
  addMatching: (way: "one" | "each") => void;
  reset: () => void;
}

/** The five changes people make most, each in one click. */
export function ControlBar(props: ControlBarProps) {
  const { view, change, matching, total, sections, searchRef, before, list, editing, link } = props;
  const words = useText();
  const t = words.workspace;
  const arranging = useArranging();
  const board = useBoard();
  const problem = regexProblem(view.metrics);
  const plain = view.columns === 0;
  const { layout, edit } = board;
  const gone = layout.removed.length + layout.sections.filter((section) => section.hidden).length;
  const copy = async () => {
    const address = link ? await link() : window.location.href;
    if (await copyText(address)) toast(t.bar.linkCopied);
    else toast(words.board.notCopied(address), { kind: "failed" });
  };
  const more: MenuItem[] = [
    { id: "link", icon: "link", label: t.bar.copyLink, onSelect: () => void copy() },
    ...(arranging
      ? [
          {
            id: "settings",
            icon: "gear" as const,
            label: words.board.settings,
            onSelect: () => arranging.open({ scope: "workspace" }),
          },
        ]
      : []),
    { id: "l1", separator: true },
    {
      id: "sync",
      label: t.bar.syncZoom,
      checked: view.syncZoom,
      onSelect: () => change({ syncZoom: !view.syncZoom }),
    },
    {
      id: "logy",
      label: words.board.logYAll,
      checked: view.logY,
      hint: "l",
      onSelect: () => change({ logY: !view.logY }, { push: true }),
    },
    { id: "l2", separator: true },
    { id: "fold", icon: "right", label: t.bar.fold, onSelect: () => change({ folded: [...sections] }) },
    { id: "unfold", icon: "down", label: t.bar.unfold, onSelect: () => change({ folded: [] }) },
    ...(editing && gone > 0
      ? [
          {
            id: "restore",
            icon: "undo" as const,
            label: words.board.restore(gone),
            onSelect: () => edit(restoreAll),
          },
        ]
      : []),
    { id: "l3", separator: true },
    {
      id: "reset",
      icon: "undo",
      label: editing ? words.board.resetAll : t.bar.reset,
      onSelect: editing ? editing.reset : () => change({ ...PLAIN_CHARTS }, { push: true }),
    },
  ];
  return (
    <div className="cb-bar" role="toolbar" aria-label={words.board.toolbar}>
      {before}
      <Search
        className="cb-search"
        value={view.metrics}
        placeholder={t.bar.searchMetrics}
        onChange={(metrics) => change({ metrics })}
        inputRef={searchRef}
        invalid={problem !== null}
        after={
          <span className="cb-count num" title={problem ? t.bar.badRegex(problem) : undefined}>
            {problem ? <Icon name="warn" small /> : `${matching} / ${total}`}
          </span>
        }
      />
      {problem && (
        <span className="cb-problem cut" role="alert">
          {t.bar.badRegex(problem)}
        </span>
      )}
      <XChip {...props} />
      <SmoothingChip {...props} />
      {list && <GroupChip {...list} />}
      {list && <ColourChip {...list} />}
      <Menu
        trigger={<Chip label={t.bar.columns} value={plain ? t.bar.auto : view.columns} set={!plain} />}
        items={[0, 1, 2, 3, 4, 5, 6].map((n) => ({
          id: String(n),
          label: n === 0 ? t.bar.auto : String(n),
          checked: view.columns === n,
          onSelect: () => change({ columns: n }, { push: true }),
        }))}
      />
      <span className="grow" />
      {editing && (
        <>
          <IconButton
            icon="undo"
            label={words.board.undoKeys}
            disabled={!editing.undo}
            onClick={() => editing.undo?.()}
          />
          <IconButton
            icon="redo"
            label={words.board.redoKeys}
            disabled={!editing.redo}
            onClick={() => editing.redo?.()}
          />
          <IconButton
            icon={editing.locked ? "lock" : "unlock"}
            label={editing.locked ? words.board.unlock : words.board.lock}
            on={editing.locked}
            onClick={() => editing.lock(!editing.locked)}
          />
          <AddButton view={view} matching={matching} editing={editing} />
        </>
      )}
      <Menu align="end" trigger={<IconButton icon="dots" label={t.bar.more} />} items={more} />
    </div>
  );
}

/** A press opens the dialog; while metrics are searched there are quick ways too. */
function AddButton({ view, matching, editing }: { view: ChartView; matching: number; editing: EditTools }) {
  const t = useText().board;
  const arranging = useArranging();
  const label = (
    <Button variant="primary" icon="plus" className="cb-add" disabled={editing.locked} title={t.addPanel}>
      <span className="cb-add-word">{t.addPanel}</span>
    </Button>
  );
  if (view.metrics === "" || matching === 0)
    return (
      <Button
        variant="primary"
        icon="plus"
        className="cb-add"
        aria-label={t.addPanel}
        disabled={editing.locked}
        onClick={() => arranging?.add()}
      >
        <span className="cb-add-word">{t.addPanel}</span>
      </Button>
    );
  return (
    <Menu
      align="end"
      trigger={label}
      items={[
        { id: "dialog", icon: "plus", label: t.addPanelDots, onSelect: () => arranging?.add() },
        { id: "l", separator: true },
        { id: "one", icon: "chart", label: t.oneOfMatching(matching), onSelect: () => editing.addMatching("one") },
        { id: "each", icon: "rows", label: t.eachOfMatching(matching), onSelect: () => editing.addMatching("each") },
      ]}
    />
  );
}

function XChip({ view, change, keys }: ControlBarProps) {
  const t = useText().workspace.bar;
  const nameOf = useXName();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={260}
      label={t.x}
      trigger={<Chip label={t.x} value={nameOf(view.x)} set={view.x !== ""} />}
    >
      <XChoice
        value={view.x}
        keys={keys}
        onChange={(x) => {
          setOpen(false);
          // a zoom belongs to the axis it was made on
          change({ x, zooms: {} }, { push: true });
        }}
      />
    </Popover>
  );
}

function SmoothingChip({ view, change }: ControlBarProps) {
  const t = useText().workspace.bar;
  const { amount } = view.smoothing;
  return (
    <Popover
      width={320}
      label={t.smoothing}
      trigger={
        <Chip
          label={t.smooth}
          value={<span className="num">{amount > 0 ? amountText(view.smoothing) : "0"}</span>}
          set={amount > 0}
        />
      }
    >
      <SmoothingChoice value={view.smoothing} onChange={(smoothing) => change({ smoothing })} />
    </Popover>
  );
}
