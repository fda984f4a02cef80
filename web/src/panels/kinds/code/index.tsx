/** A file of a run's code, or how it differs between two runs. */
import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useFiles } from "@/api/files";
import { DiffView } from "@/pages/compare/DiffView";
import { runTextQuery } from "@/pages/compare/texts";
import "@/pages/compare/compare.css";
import type { Run } from "@/api/types";
import { useBoard } from "@/panels/board";
import type { EditorProps, Kind, PanelProps } from "@/panels/kinds";
import { useSize } from "@/panels/media/useSize";
import { TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { Row, ToggleField } from "../fields/parts";
import { KindFrame } from "../KindFrame";
import { flagIn, type Raw, textIn } from "../read";

export interface CodeConfig {
  /** The path of a file of the run; `""` is the program that ran, else its first code file. */
  path: string;
  /** The run; `""` is the first drawn. */
  run: string;
  /** The run it is compared with; `""` compares with none. */
  against: string;
  split: boolean;
}

export function readCode(raw: Raw): CodeConfig {
  return {
    path: textIn(raw, "path"),
    run: textIn(raw, "run"),
    against: textIn(raw, "against"),
    split: flagIn(raw, "split"),
  };
}

/** The file to show where none was chosen: what ran, else the first under `code/`, else the diff. */
export function mainFile(paths: readonly string[], program: string): string {
  const code = paths.filter((path) => path.startsWith("code/")).sort();
  const name = program.slice(program.lastIndexOf("/") + 1);
  return (
    code.find((path) => name !== "" && path.endsWith(`/${name}`)) ??
    code.find((path) => /\.(py|ipynb|jl|r|sh)$/i.test(path)) ??
    code[0] ??
    paths.find((path) => /(^|\/)diff\.patch$/.test(path)) ??
    ""
  );
}

function CodePanel({ def, config, large }: PanelProps<CodeConfig>) {
  const t = useText();
  const board = useBoard();
  const run = board.byId.get(config.run) ?? board.runs[0];
  if (!run)
    return (
      <KindFrame
        def={def}
        title={t.kinds.names.code}
        large={large}
        empty={{ title: t.workspace.panels.noRuns, why: t.workspace.panels.noRunsWhy }}
      >
        {null}
      </KindFrame>
    );
  return <OfRun def={def} config={config} large={large} run={run} other={board.byId.get(config.against) ?? null} />;
}

function OfRun({ def, config, large, run, other }: PanelProps<CodeConfig> & { run: Run; other: Run | null }) {
  const t = useText();
  const { entity, project } = useBoard();
  const files = useFiles(entity, project, run.id);
  const path =
    config.path ||
    mainFile(
      (files.data ?? []).map((file) => file.path),
      run.program,
    );
  const texts = useQueries({
    queries: [run, ...(other && other.id !== run.id ? [other] : [])].map((each) => ({
      ...runTextQuery(entity, project, each.id, path),
      enabled: path !== "",
    })),
  });
  const [first, second] = texts;
  const [host, width] = useSize();
  const waiting = files.isPending || texts.some((each) => each.isLoading);
  const none = !waiting && (path === "" || first?.data === null);
  return (
    <KindFrame
      def={def}
      title={path || t.kinds.names.code}
      large={large}
      flush
      unit={other ? `${run.name} ↔ ${other.name}` : run.name}
      pending={waiting}
      error={files.error ?? texts.find((each) => each.error)?.error ?? null}
      onRetry={() => void files.refetch()}
      empty={
        none
          ? { title: path ? t.kinds.noFile(path, run.name) : t.kinds.noCode(run.name), why: t.kinds.noCodeWhy }
          : null
      }
    >
      {second ? (
        first?.data === second.data ? (
          <div className="pn-note">
            <b>{t.kinds.sameText}</b>
          </div>
        ) : (
          <div className="kd-code" ref={host}>
            {/* two columns of code need room */}
            <DiffView
              path={path}
              before={second.data ?? ""}
              after={first?.data ?? ""}
              split={config.split && width > SPLIT_FROM}
            />
          </div>
        )
      ) : (
        <Listing text={first?.data ?? ""} path={path} />
      )}
    </KindFrame>
  );
}

const MOST_LINES = 5000;
const SPLIT_FROM = 560;

function Listing({ text, path }: { text: string; path: string }) {
  const t = useText().kinds;
  const [colour, setColour] = useState<typeof import("@/ui/markdown/code") | null>(null);
  useEffect(() => {
    void import("@/ui/markdown/code").then(setColour);
  }, []);
  const shown = useMemo(() => {
    const lines = text.split("\n");
    return { text: lines.slice(0, MOST_LINES).join("\n"), cut: lines.length > MOST_LINES };
  }, [text]);
  const lines = useMemo(() => colour?.linesOf(shown.text, colour.languageOf(path)) ?? null, [colour, shown.text, path]);
  return (
    <div className="kd-code mono">
      <ol>
        {lines
          ? lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place.
              <Coloured key={at} html={line} />
            ))
          : shown.text.split("\n").map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place.
              <li key={at}>{line || " "}</li>
            ))}
      </ol>
      {shown.cut && <p className="t3">{t.linesCut(MOST_LINES)}</p>}
    </div>
  );
}

/** A line that highlight.js coloured; it escapes what it is given. */
function Coloured({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: nothing in it but spans of highlight.js and escaped text.
  return <li dangerouslySetInnerHTML={{ __html: html || " " }} />;
}

function CodeEditor({ config, change, known }: EditorProps<CodeConfig>) {
  const t = useText().kinds;
  const choice = (label: string, value: string, none: string, onChange: (run: string) => void) => (
    <Row label={label}>
      <select className="ui-input" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{none}</option>
        {known.runs.map((run) => (
          <option key={run.id} value={run.id}>
            {run.name}
          </option>
        ))}
      </select>
    </Row>
  );
  return (
    <div className="kd-editor">
      <Row label={t.path}>
        <TextInput
          value={config.path}
          placeholder={t.mainProgram}
          aria-label={t.path}
          onChange={(event) => change({ path: event.target.value })}
        />
      </Row>
      {choice(t.run, config.run, t.firstRun, (run) => change({ run }))}
      {choice(t.against, config.against, t.againstNone, (against) => change({ against }))}
      <ToggleField label={t.split} value={config.split} onChange={(split) => change({ split })} />
    </div>
  );
}

export const code: Kind<CodeConfig> = {
  id: "code",
  icon: "code",
  fresh: () => readCode({}),
  read: readCode,
  title: (config) => config.path,
  Panel: CodePanel,
  Editor: CodeEditor,
};
