// Made by tools/web_types.py from gnomon.model. Do not edit: change the model and run `make types`.

/** A person. `name` is also their entity: the first part of the addresses of their projects. */
export interface User {
  name: string;
  admin: boolean;
  created_at: number;
  teams: string[];
  /** False for one who left: nobody comes in as this user any more, and what they logged stays. */
  active: boolean;
}

/** Users who share an entity. */
export interface Team {
  name: string;
  /** Roles by user: `viewer`, `member` or `admin`. */
  members: Record<string, string>;
}

/** Who changed what, when and from where. */
export interface AuditLine {
  id: number;
  at: number;
  user: string;
  /** An address, or `command line`. */
  origin: string;
  operation: string;
  target: string;
  detail: Record<string, unknown>;
}

/** Who is asking, as the page needs to know it. */
export interface Viewer {
  user: User;
  entities: string[];
  server_version: string;
}

/** A key as lists show it: never the secret, only its first letters. */
export interface ApiKey {
  id: number;
  prefix: string;
  label: string;
  created_at: number;
  used_at: number | null;
}

/** A key just made; `secret` is shown this once. */
export interface NewApiKey {
  key: ApiKey;
  secret: string;
}

/** A project as lists and headers show it. Times are Unix seconds. */
export interface Project {
  entity: string;
  name: string;
  description: string;
  created_at: number;
  updated_at: number;
  runs: number;
  running: number;
  users: string[];
  /** Its number on this server. */
  key: number;
  /** By whoever asks. */
  starred: boolean;
}

/** What may be changed of a project; a field left out stays. */
export interface ProjectEdit {
  /** Addresses with the old name lead nowhere then. */
  name?: string;
  description?: string;
}

/** Where a run is in its life. Only `running`, `pending` and `preempting` may still change by themselves. */
export type RunState = "pending" | "running" | "finished" | "failed" | "crashed" | "killed" | "preempting";

/** What `define_metric` said about one metric, or about all that match a glob such as `val/*`. */
export interface MetricRule {
  name: string;
  step_metric?: string | null;
  step_sync?: boolean | null;
  hidden?: boolean;
  summary?: string[];
  /** `minimize` or `maximize`; what `best` means. */
  goal?: string | null;
}

/** One process that wrote into the run: a resumed run has several. */
export interface Attempt {
  journal: string;
  number: number;
  host: string;
  pid: number;
  started_at: number;
  finished_at: number | null;
  exit_code: number | null;
  /** Console lines written by this attempt. */
  lines: number;
}

/** The run that another was forked from, and the last step that this one has from there. */
export interface Parent {
  run: string;
  step: number | null;
}

/** What a run said aloud. */
export interface Alert {
  id: number;
  at: number;
  title: string;
  text: string;
  /** `info`, `warn` or `error`. */
  severity: string;
}

/** What a run said aloud, with the run, as whoever asks finds it. */
export interface HeardAlert {
  id: number;
  at: number;
  title: string;
  text: string;
  /** `info`, `warn` or `error`. */
  severity: string;
  entity: string;
  project: string;
  run: string;
  run_name: string;
  number: number;
  colour: number | null;
  state: RunState;
  read: boolean;
}

/** A page of alerts, the newest first. */
export interface HeardAlerts {
  alerts: HeardAlert[];
  /** How many are unread in all, whatever was asked for. */
  unread: number;
  /** Whether there are older ones. */
  more: boolean;
}

/** A run as the API shows it. Times are Unix seconds; `runtime_secs` counts to the last sign of life. */
export interface Run {
  entity: string;
  project: string;
  /** The short id in addresses, chosen by the user or eight letters and digits. */
  id: string;
  name: string;
  /** The how-manieth run of its project, from 0; decides the colour everywhere. */
  number: number;
  state: RunState;
  notes: string;
  tags: string[];
  group: string;
  job_type: string;
  user: string;
  host: string;
  program: string;
  created_at: number;
  /** The last sign of life: a row, a line or a heartbeat. */
  updated_at: number;
  finished_at: number | null;
  runtime_secs: number;
  exit_code: number | null;
  last_step: number | null;
  /** Somebody asked the script to end; it hears of it with its next sign of life. */
  stop_asked: boolean;
  config: Record<string, unknown>;
  summary: Record<string, unknown>;
  /** Command, host, Python, git, hardware; only filled when one run is asked for, not in lists. */
  metadata: Record<string, unknown>;
  /** What the official client keeps in its config under `_wandb`, such as custom charts; filled as `metadata` is. */
  client: Record<string, unknown>;
  rules: MetricRule[];
  attempts: Attempt[];
  parent: Parent | null;
  /** The sweep it belongs to. */
  sweep: string | null;
  /** Its place in the palette of 20, where a person chose one; else `number` decides. */
  colour: number | null;
  /** In lists, the fields such as `min.loss` that were asked for by name. */
  extents: Record<string, number>;
}

/**
 * Part of a list of runs. `total` counts what matches, `all` what the project has; `cursor` fetches the next
 * part.
 */
export interface RunPage {
  runs: Run[];
  total: number;
  all: number;
  cursor: string | null;
}

/** What a person may change of a run; a field left out stays. */
export interface RunEdit {
  name?: string;
  notes?: string;
  tags?: string[];
  group?: string;
  job_type?: string;
  /** From 0 to 19; null gives the run its own colour back. */
  colour?: number | null;
}

/** Take away all that was logged at steps after this one. */
export interface Rewind {
  kind: "rewind";
  after_step: number;
}

/** Take away some metrics, or a range of steps with both ends in it, or a range of some metrics. */
export interface DeletePoints {
  kind: "delete";
  /** All metrics where it is left out. */
  keys?: string[] | null;
  first_step?: number | null;
  last_step?: number | null;
}

/** Give a metric another name. */
export interface Rename {
  kind: "rename";
  key: string;
  to: string;
}

export type HistoryEdit = Rewind | DeletePoints | Rename;

export type EditState = "begun" | "done" | "undoing" | "undone" | "final";

/** An edit that was made. */
export interface Edit {
  id: number;
  what: HistoryEdit;
  user: string;
  at: number;
  /** How many points it took away or renamed; null until it is done. */
  points: number | null;
  state: EditState;
  undone_by: string | null;
  undone_at: number | null;
  /** Until when it can be undone; null where it cannot. */
  undoable_until: number | null;
}

/** What a run that goes on from a step of another is to be. */
export interface Fork {
  /** The last step it has from there; all of them where it is left out. */
  step?: number | null;
  /** Chosen by the server where it is left out. */
  id?: string | null;
  name?: string | null;
}

export type Op = "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in" | "contains" | "matches" | "exists" | "is";

export type Kind = "number" | "nan" | "text" | "bool" | "list" | "dict";

export const RUN_FIELDS = [
  "id",
  "name",
  "state",
  "notes",
  "tags",
  "group",
  "job_type",
  "user",
  "host",
  "program",
  "created_at",
  "updated_at",
  "runtime_secs",
  "last_step",
  "sweep",
] as const;

export const EXTENTS = ["min", "max", "mean"] as const;

/** One comparison, such as `config.lr < 0.1`. */
export interface Where {
  type: "where";
  field: string;
  op: Op;
  value?: unknown;
}

/** All of the parts hold; with no parts, true. */
export interface Every {
  type: "every";
  parts?: Filter[];
}

/** At least one of the parts holds. */
export interface Some {
  type: "some";
  parts?: Filter[];
}

/** The part does not hold. */
export interface Not {
  type: "not";
  part: Filter;
}

export type Filter = Where | Every | Some | Not;

/** Order by one field; runs without a value come last either way. */
export interface Sort {
  field: string;
  descending?: boolean;
}

/** Which runs, in which order. `query` is the text form of `filter`, `mongo` its Mongo form; all given must hold. */
export interface RunSearch {
  filter?: Filter | null;
  query?: string;
  mongo?: Record<string, unknown> | null;
  sort?: Sort[];
  limit?: number;
  cursor?: string | null;
  /** How many of the runs to leave out at the beginning; instead of a cursor, to look into the middle of a list. */
  offset?: number;
  /** Only these of config, of summary and of `min`, `max`, `mean` are sent; null is all of config and summary. */
  columns?: string[] | null;
  /** Whether the runs carry what else a single one does: their metadata, and what their client keeps. */
  whole?: boolean;
}

/**
 * Order by the value of a field of `by`, by the number of `runs`, or by the numbers of a field of `of`.
 *
 * Groups without the value come last either way.
 */
export interface GroupSort {
  how?: "max" | "mean" | "min" | "n" | "runs" | "std" | "value";
  /** Which field; not for `runs`. */
  field?: string;
  descending?: boolean;
}

/**
 * Groups of the runs that match; `filter`, `query` and `mongo` are three spellings, and all given must hold.
 *
 * One to four fields of `by` make the groups: a group for each combination of values that some run has. `tags` has a
 * group for each tag, so that a run with two is in two groups; `created_at` and `updated_at` have one for each day in
 * UTC. Numbers are told of each field of `of`. Groups that compare equal are in the order of their values.
 */
export interface GroupSearch {
  by: string[];
  of?: string[];
  filter?: Filter | null;
  query?: string;
  mongo?: Record<string, unknown> | null;
  sort?: GroupSort[];
  limit?: number;
  cursor?: string | null;
}

/**
 * What the numbers of one field come to. `n` counts the finite ones, which alone are averaged.
 *
 * What has no value is None: all of them where `n` is 0, and `std` (of a sample, over n - 1) where it is 1.
 */
export interface Numbers {
  n: number;
  mean: number | null;
  min: number | null;
  max: number | null;
  std: number | null;
  nan: number;
  pos_inf: number;
  neg_inf: number;
}

/** The runs that have the same values. Searching with `filter` finds exactly these. */
export interface Group {
  /** In the order of `by`. None is no value, an empty text is itself; a day is a text such as `2026-11-20`. */
  values: unknown[];
  runs: number;
  /** In the order of `of`. */
  numbers: Numbers[];
  /** In the order of `of`: the one value that all of its runs have; None where they differ. */
  shared: unknown[];
  filter: Filter;
}

/** Part of a list of groups. `total` counts groups, `runs` the runs that match, `all` what the project has. */
export interface GroupPage {
  groups: Group[];
  total: number;
  runs: number;
  all: number;
  cursor: string | null;
}

export type Level = "" | "debug" | "info" | "warn" | "error";

export type Stream = "history" | "system";

export type Repeats = "last" | "all" | "mean";

export type KeyKind = "number" | "text" | "media" | "json";

/**
 * One logged key: of one run, or of all the runs of a project (`runs` says how many have it).
 *
 * `min`, `max` and `mean` leave out NaN and the infinities, and are None for keys without a finite number.
 */
export interface KeyInfo {
  key: string;
  kind: KeyKind;
  /** For media, its `_type`, such as `image-file`. */
  type: string;
  points: number;
  runs: number;
  first_step: number | null;
  last_step: number | null;
  last: unknown;
  min: number | null;
  max: number | null;
  mean: number | null;
  /** The key `define_metric` named as this one's x axis. */
  step_metric: string | null;
  /** `define_metric` asked not to show it. */
  hidden: boolean;
}

/**
 * Curves of some keys of some runs, in at most `buckets` exact buckets a curve.
 *
 * `x` is `_step`, `_time` (Unix seconds), `_runtime` (seconds since the run began) or another key.
 * `first` and `last` bound x, both ends included; None is open. Raw points come back once they fit. Where a step was
 * logged more than once, `repeats` says what counts: the last value, every one, or their mean as one point.
 */
export interface SeriesQuery {
  runs: string[];
  keys: string[];
  stream?: Stream;
  x?: string;
  first?: number | null;
  last?: number | null;
  buckets?: number;
  repeats?: Repeats;
}

/** Which slice `[start, start + length)` of the columns is which curve; `raw` when each bucket is one point. */
export interface SeriesHead {
  run: string;
  key: string;
  start: number;
  length: number;
  raw: boolean;
  /** How many points the range holds, before bucketing. */
  points: number;
}

/** The schema metadata `gnomon` of a series answer in Arrow. */
export interface SeriesHeads {
  x: string;
  series: SeriesHead[];
}

/** Rows in step order; a key a row does not have is left out of it. `cursor` fetches the next page. */
export interface Rows {
  rows: Record<string, unknown>[];
  cursor: number | null;
}

/** One line of the terminal as it stood last; `line` counts over all attempts from 0. */
export interface ConsoleLine {
  line: number;
  time: number;
  stream: "stderr" | "stdout";
  text: string;
  attempt: number;
  /** Which of several writers of the run has printed it, where they say so. */
  label: string;
  /** How grave it is, guessed from its words; lines under a traceback are as grave as it is. */
  level: Level;
}

/** Lines `[first, first + len(lines))` of `total`. */
export interface ConsolePage {
  lines: ConsoleLine[];
  total: number;
}

/** A file of a run. `digest` is the SHA-256 of its bytes in hex. */
export interface FileInfo {
  path: string;
  size_bytes: number;
  mime: string;
  digest: string;
  updated_at: number;
}

/** Numbers of the lines that were looked for, in order. `next` is the line to go on from; None at the end. */
export interface ConsoleFound {
  lines: number[];
  total: number;
  next: number | null;
}

/** The bytes were checked and are on disk. */
export interface FileStored {
  stored: boolean;
}

/** Whether the project has these bytes already; if so the path holds them from now on. */
export interface FileOffer {
  have: boolean;
}

export type CollectionKind = "sequence" | "portfolio";

/** Where a run is, and what it is called. */
export interface RunRef {
  entity: string;
  project: string;
  id: string;
  name: string;
}

/** Where a version of an artifact is. */
export interface ArtifactRef {
  entity: string;
  project: string;
  type: string;
  collection: string;
  /** `v0`, `v1` and so on. */
  version: string;
}

/** A version as its collection has it. Times are Unix seconds. */
export interface ArtifactVersion {
  id: string;
  entity: string;
  project: string;
  collection: string;
  type: string;
  /** `v0`, `v1` and so on; never used again once it was deleted. */
  version: string;
  digest: string;
  aliases: string[];
  tags: string[];
  description: string;
  metadata: Record<string, unknown>;
  /** How long it is kept after it was made; null for ever. */
  ttl_secs: number | null;
  expires_at: number | null;
  /** Of all its files, those of references included. */
  size_bytes: number;
  file_count: number;
  created_at: number;
  updated_at: number;
  /** The step of its run at which it was logged, for tables and media. */
  history_step: number | null;
  user: string;
  /** The run that made it, where it is still there to be seen. */
  run: RunRef | null;
  /** In a portfolio: the version of a sequence that was linked, where the reader may see it. */
  source: ArtifactRef | null;
}

/** Part of a list of versions, newest first; `cursor` fetches the next part. */
export interface ArtifactVersionPage {
  versions: ArtifactVersion[];
  total: number;
  cursor: string | null;
}

/** A collection as lists show it. `latest` is what its alias `latest` names. */
export interface ArtifactCollection {
  entity: string;
  project: string;
  name: string;
  kind: CollectionKind;
  type: string;
  description: string;
  tags: string[];
  versions: number;
  latest: ArtifactVersion | null;
  created_at: number;
  updated_at: number;
}

/** A type of artifacts in a project, and how many collections it has. */
export interface ArtifactTypeInfo {
  name: string;
  description: string;
  collections: number;
  created_at: number;
}

/** A file of a version, or a reference to one elsewhere (`ref`). */
export interface ArtifactEntry {
  path: string;
  /** As its manifest has it: base64 of the MD5 for files, whatever its place says for references. */
  digest: string;
  size_bytes: number;
  mime: string;
  ref: string | null;
  /** For a reference to an entry of another artifact: which, where the reader may see it. */
  target: ArtifactRef | null;
  /** The entry of `target`. */
  target_path: string | null;
  /** False for a file whose bytes are lost. */
  available: boolean;
}

/** Part of the files of a version, by path; `cursor` fetches the next part. */
export interface ArtifactEntryPage {
  entries: ArtifactEntry[];
  total: number;
  cursor: string | null;
}

/** A path that is not the same in two versions: `added`, `removed` or `changed`. Sizes are in bytes. */
export interface ArtifactChange {
  path: string;
  kind: string;
  size_before: number | null;
  size_after: number | null;
}

/** What one version has otherwise than another. The counts are of all paths; `changes` are the first by path. */
export interface ArtifactDiff {
  before: ArtifactRef;
  after: ArtifactRef;
  added: number;
  removed: number;
  changed: number;
  same: number;
  bytes_added: number;
  bytes_removed: number;
  changes: ArtifactChange[];
  /** There are more changes than are shown. */
  cut: boolean;
}

/** What a run used and what it logged, in that order of time. */
export interface RunArtifacts {
  used: ArtifactVersion[];
  logged: ArtifactVersion[];
}

/** A run or a version in a graph of lineage: one of `run` and `artifact` is there. */
export interface LineageNode {
  id: string;
  run: RunRef | null;
  /** Of a run. */
  state: string;
  artifact: ArtifactRef | null;
  aliases: string[];
}

/** A run made a version, or a version was used by a run: from `source` to `target`. */
export interface LineageEdge {
  source: string;
  target: string;
}

/** What a version came from and what came from it; `cut` where the graph goes on beyond what is told. */
export interface Lineage {
  root: string;
  nodes: LineageNode[];
  edges: LineageEdge[];
  cut: boolean;
}

/** What an address of the official client means: a version, and perhaps one of its entries. */
export interface ArtifactPlace {
  artifact: ArtifactRef;
  path: string;
}

/** What may be changed of a version; a field left out stays. `aliases` are those of this collection. */
export interface ArtifactEdit {
  description?: string;
  metadata?: Record<string, unknown>;
  aliases?: string[];
  tags?: string[];
  /** Null keeps it for ever; -1 as long as its collection says. */
  ttl_secs?: number | null;
}

/** What may be changed of a collection; a field left out stays. */
export interface CollectionEdit {
  name?: string;
  description?: string;
  tags?: string[];
  type?: string;
}

/** What agents are told: work (`PENDING` until the first one comes), wait, or end, with or without their runs. */
export type SweepState = "PENDING" | "RUNNING" | "PAUSED" | "FINISHED" | "CANCELED";

/** `LOST` is one that fell silent with a run in its hands. */
export type AgentState = "RUNNING" | "FINISHED" | "LOST";

export type SweepGoal = "minimize" | "maximize";

export type SweepMethod = "grid" | "random" | "bayes" | "tpe" | "gp" | "cmaes" | "qmc" | "nsgaii" | "custom";

/** The run with the best value of the metric, and that value. */
export interface SweepBest {
  run: string;
  name: string;
  value: number;
}

/** What a sweep wants to be small or large. */
export interface SweepMetric {
  name: string;
  goal: SweepGoal;
}

/** A sweep as lists show it. Times are Unix seconds. */
export interface Sweep {
  entity: string;
  project: string;
  /** The short id in addresses. */
  id: string;
  /** What it is called: by a person, in its config, or else its id. */
  name: string;
  description: string;
  state: SweepState;
  method: SweepMethod;
  metric: string | null;
  goal: SweepGoal;
  /** All that is searched by, where that are several; `metric` is the first. */
  metrics: SweepMetric[];
  target: number | null;
  program: string;
  user: string;
  created_at: number;
  updated_at: number;
  runs: number;
  runs_by_state: Record<string, number>;
  /** How many there will be in the end; None where nothing limits them. */
  runs_expected: number | null;
  best: SweepBest | null;
  agents_at_work: number;
  /** The last sign of life of an agent; None where there never was one. */
  heard_at: number | null;
  /** Whether runs that fall behind are stopped. */
  early_terminate: boolean;
  /** Whether a program of the user chooses the runs. */
  controlled_locally: boolean;
}

/** A parameter of the space; `name` has the names of the maps it lies in before it, with dots. */
export interface SweepParameter {
  name: string;
  distribution: string;
  /** Whether it takes more than one value. */
  searched: boolean;
  /** Its values, where they are listed. */
  values: unknown[] | null;
  min: number | null;
  max: number | null;
  /** Whether its values are spread evenly over orders of magnitude. */
  log: boolean;
}

/** A run of a sweep. `params` has a value for each parameter it has one for, by the parameter's name. */
export interface SweepRun {
  id: string;
  name: string;
  number: number;
  colour: number | null;
  state: RunState;
  params: Record<string, unknown>;
  /** The best value of the metric so far. */
  value: number | null;
  /** The value it had last. */
  last: number | null;
  /** The last value of each metric, where the sweep has several. */
  values: (number | null)[];
  agent: string;
  stop_asked: boolean;
  created_at: number;
  updated_at: number;
  finished_at: number | null;
}

/** A process that runs what the sweep suggests. */
export interface SweepAgent {
  id: string;
  host: string;
  user: string;
  state: AgentState;
  runs: number;
  created_at: number;
  heartbeat_at: number;
}

/** A sweep with all there is to it. */
export interface SweepDetail {
  sweep: Sweep;
  /** YAML, as it was given. */
  config: string;
  /** What is odd about the config. */
  warnings: string[];
  parameters: SweepParameter[];
  runs: SweepRun[];
  /** With several metrics, the runs that no other is better than by all of them. */
  front: string[];
  agents: SweepAgent[];
}

/** A sweep to be made; `config` is a map, or YAML or JSON text. Runs named in `prior_runs` belong to it, too. */
export interface NewSweep {
  config: string | Record<string, unknown>;
  name?: string;
  description?: string;
  prior_runs?: string[];
}

/**
 * What may be changed of a sweep; a field left out stays.
 *
 * `state` is where it is to be: `RUNNING`, `PAUSED`, `FINISHED` (runs go on to their end) or `CANCELED` (they are
 * stopped).
 */
export interface SweepEdit {
  state?: SweepState;
  name?: string;
  description?: string;
  config?: string | Record<string, unknown>;
}

/** The text of a config, YAML or JSON. */
export interface SweepConfigText {
  config: string;
}

/** What the text of a config says, and what is odd about it. */
export interface SweepConfigRead {
  config: Record<string, unknown>;
  warnings: string[];
}

/** What a config that is being written says by now: as read, or what is wrong with it and at which part. */
export interface SweepConfigLook {
  config: Record<string, unknown> | null;
  warnings: string[];
  wrong: string;
  field: string | null;
}

/** A process that is to run what a sweep suggests; `host` is the name of its machine. */
export interface NewAgent {
  host?: string;
}

/** A sign of life of an agent: the ids of the runs it has now. */
export interface AgentBeat {
  active?: string[];
}

/**
 * What an agent is to do: begin a run (`resume` where it was begun before), stop one, go (`exit`), or nothing
 * (`wait`).
 */
export interface AgentCommand {
  type: "exit" | "resume" | "run" | "stop" | "wait";
  run_id: string;
  /** What the run is called. */
  name: string;
  /** The parameters that were chosen for it. */
  args: Record<string, unknown>;
  program: string;
}

/** A run of a sweep whose config somebody wrote by hand. */
export interface NewTrial {
  config: Record<string, unknown>;
  name?: string;
}

/** What a local controller asks for, and the id of the run that was made for each thing it asked for. */
export interface SweepOrders {
  controller: string;
  scheduled: Record<string, string>;
}

/** What a local controller asks for, as JSON text: `schedule` and `earlystop`. */
export interface NewSweepOrders {
  controller: string;
}

/** Where a table is kept: the files that have its rows, in order, of a run or of a version of an artifact. */
export interface TableFiles {
  paths: string[];
  /** The id of the run; None where the files are those of an artifact. */
  run?: string | null;
  collection?: string | null;
  version?: string;
}

/** One SELECT in DuckDB's SQL over a logged table, `t`, and perhaps another, `u`. */
export interface TableQuery {
  query: string;
  t: TableFiles;
  u?: TableFiles | null;
}

/** Rows and columns of a logged table, to be kept as a table of their own: an artifact that its run has logged. */
export interface TableSlice {
  /** Of the artifact; the table in it has the same. */
  name: string;
  columns: string[];
  data: unknown[][];
  /** The id of the run that logged what they are of. */
  run?: string | null;
  /** What columns hold, as the table that they are of said it; the others are judged by their cells. */
  types?: Record<string, unknown>;
  /** Where that table is kept, and with it the media of its cells. */
  files?: TableFiles | null;
  description?: string;
  metadata?: Record<string, unknown>;
}

/** A report as lists show it. Times are Unix seconds. */
export interface ReportInfo {
  id: number;
  title: string;
  description: string;
  /** Not published yet. */
  draft: boolean;
  user: string;
  created_at: number;
  updated_at: number;
}

/** A report with what is in it. */
export interface Report {
  info: ReportInfo;
  /** As its maker wrote it: `blocks` of text, code and panels. */
  spec: Record<string, unknown>;
}

/** A report to be kept. A draft is listed as one until it is published. */
export interface NewReport {
  title?: string;
  description?: string;
  draft?: boolean;
  spec?: Record<string, unknown>;
}

/**
 * What is to change of a report; a field left out stays.
 *
 * `since` is the `updated_at` of the report that was edited: where somebody has saved it in the meantime, the edit is
 * refused, so that nobody's words are lost. Without it the edit counts whatever happened.
 */
export interface ReportEdit {
  title?: string;
  description?: string;
  draft?: boolean;
  spec?: Record<string, unknown>;
  since?: number;
}

/** A view as lists show it. Times are Unix seconds. */
export interface ViewInfo {
  id: number;
  name: string;
  /** `shared` with everybody in the project, `personal`, one's `own` as one left it, or what a `link` stands for. */
  kind: string;
  /** `project` for the workspace, `run` for the charts of a run. */
  page: string;
  /** What the project opens with for those who have nothing of their own yet. */
  default: boolean;
  user: string;
  created_at: number;
  updated_at: number;
}

/** A view with what is in it. */
export interface View {
  info: ViewInfo;
  /** `address`, the search part of the page's address, and `layout`, what was made of the panels. */
  spec: Record<string, unknown>;
}

/** What a page opens with: one's own view, else the project's default, else nothing. */
export interface Opening {
  view: View | null;
}

/** A view to be kept: `shared` or `personal` under a name, or what a `link` stands for, which never changes. */
export interface NewView {
  kind?: string;
  name?: string;
  page?: string;
  spec?: Record<string, unknown>;
}

/** What is to change of a view; a field left out stays. With `since`, an edit of an older state is refused. */
export interface ViewEdit {
  name?: string;
  /** `shared` or `personal`. */
  kind?: string;
  /** Whether the project opens with it; only a shared view can be that. */
  default?: boolean;
  spec?: Record<string, unknown>;
  since?: number;
}

/** One's own view of a page, as one leaves it. */
export interface OwnView {
  spec?: Record<string, unknown>;
}
