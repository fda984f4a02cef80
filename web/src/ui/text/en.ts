/** What there is to say, in English. */
import { alertsEn } from "./alerts.en";
import { artifactsEn } from "./artifacts.en";
import { authorizeEn } from "./authorize.en";
import { boardEn } from "./board.en";
import { codeEn } from "./code.en";
import { compareEn } from "./compare.en";
import { cursorEn } from "./cursor.en";
import { editsEn } from "./edits.en";
import { factsEn } from "./facts.en";
import { figuresEn } from "./figures.en";
import { filesEn } from "./files.en";
import { frameEn } from "./frame.en";
import { graphsEn } from "./graphs.en";
import { headerEn } from "./header.en";
import { keysEn } from "./keys.en";
import { kindsEn } from "./kinds.en";
import { linesEn } from "./lines.en";
import { logsEn } from "./logs.en";
import { mediaEn } from "./media.en";
import { modelEn } from "./model.en";
import { moleculesEn } from "./molecules.en";
import { picturesEn } from "./pictures.en";
import { reportsEn } from "./reports.en";
import { runEn } from "./run.en";
import { runListEn } from "./run-list.en";
import { runsEn } from "./runs.en";
import type { Said } from "./said";
import { scenesEn } from "./scenes.en";
import { projectSettingsEn } from "./settings.en";
import { sweepsEn } from "./sweeps.en";
import { systemEn } from "./system.en";
import { tablesEn } from "./tables.en";
import { teamsEn } from "./teams.en";
import { tracesEn } from "./traces.en";
import { workspaceEn } from "./workspace.en";

const s = (n: number) => (n === 1 ? "" : "s");

export const en = {
  common: {
    search: "Search",
    clear: "Clear",
    close: "Close",
    cancel: "Cancel",
    save: "Save",
    remove: "Remove",
    delete: "Delete",
    undo: "Undo",
    retry: "Try again",
    copy: "Copy",
    copied: "Copied",
    copyJson: "Copy as JSON",
    copyPath: "Copy path",
    copyDetails: "Copy details",
    download: "Download",
    edit: "Edit",
    more: "More",
    all: "All",
    none: "None",
    yes: "Yes",
    no: "No",
    loading: "Loading…",
    failed: "That did not work",
    noMatch: (query: string) => `Nothing matches “${query}”.`,
    runs: (n: number) => `${n.toLocaleString("en")} run${s(n)}`,
    errors: {
      Away: "The server does not answer. The page goes on by itself once it is back.",
      Unavailable: "The server is busy just now. Trying again in a moment should work.",
      Forbidden: "You may not do this.",
    },
    states: {
      pending: "Pending",
      running: "Running",
      finished: "Finished",
      failed: "Failed",
      crashed: "Crashed",
      killed: "Killed",
      preempting: "Preempting",
    },
  },
  signIn: {
    title: "Sign in to Gnomon",
    about: "This server keeps its runs to the people it knows.",
    byKey: "API key",
    byPassword: "Name and password",
    key: "API key",
    keyHint: "40 letters and digits. Yours is in Settings, or where `gnomon login` keeps it.",
    user: "Name",
    password: "Password",
    submit: "Sign in",
    working: "Signing in…",
    linkWorking: "Signing you in with the link…",
    linkFailed: "This link does not work any more",
    linkFailedWhy: "A sign-in link opens the page once, and only for a while. Use a fresh one, or your key.",
    linkWhere: "Where is my sign-in link?",
    linkWhereAnswer:
      "`gnomon server` prints one in its terminal each time it starts. On the server's machine, this prints a new one:",
    wrong: "That is not known here. Check it and try once more.",
    needKey: "Enter your API key.",
    needUser: "Enter your name.",
    needPassword: "Enter your password.",
  },
  home: {
    title: "Home",
    hello: (name: string) => `Hello, ${name}`,
    runningNow: "Running now",
    star: (name: string) => `Star ${name}`,
    unstar: (name: string) => `Take the star from ${name}`,
    diskLow: (left: string) => `The disk of the server fills up: ${left} more, then nothing is taken in.`,
    diskFull:
      "The disk of the server is full. Nothing more is taken in until there is room; runs keep their rows and send them then.",
    nothingRunning: "Nothing is running. The next run you start shows up here by itself.",
    recent: "Recent runs",
    projects: "Projects",
    project: "Project",
    run: "Run",
    runs: "Runs",
    active: "Last active",
    started: "Started",
    description: "Description",
    state: "State",
    runtime: "Runtime",
    step: (n: string) => `step ${n}`,
    runningCount: (n: number) => `${n} running`,
    emptyTitle: "Log your first run",
    emptyWhy: "This server has no runs yet. Tell your machine about it once, then log from any script.",
    emptyLogin: "In a terminal",
    emptyScript: "In Python",
    emptyAfter: "The run appears here the moment it starts.",
    emptyKey: "Make an API key",
    noProjects: "No projects here yet",
    noProjectsWhy: "A project is made by the first run that names it.",
    noMatchProjects: "No project has this in its name.",
    findProject: "Find a project",
    today: "today",
  },
  overview: {
    about: "About",
    description: "Description",
    noDescription: "What is this project about? Say it here, for the others and for yourself in a year.",
    addDescription: "Add a description",
    totals: "Totals",
    runs: "Runs",
    running: "Running",
    computed: "Computed",
    metrics: "Metrics",
    configKeys: "Config keys",
    lastActive: "Last active",
    created: "Created",
    people: "People",
    noPeople: "Nobody has logged a run yet.",
    activity: "Activity",
    activityAbout: (n: number) => `${n.toLocaleString("en")} run${s(n)} in the last half year`,
    activityPart: (n: number) => `the last ${n.toLocaleString("en")} runs`,
    onDay: (n: number, day: string) => `${n === 0 ? "No runs" : `${n} run${s(n)}`} on ${day}`,
    less: "fewer",
    moreRuns: "more",
    states: "How runs ended",
    recent: "Recent runs",
    entityFacts: (projects: number, runs: string) => `${projects} project${s(projects)} · ${runs} runs`,
    allRuns: "All runs",
    workspace: "Open workspace",
    emptyTitle: "No runs yet",
    emptyWhy: "This starts the first one:",
  },
  settings: {
    title: "Settings",
    keys: "API keys",
    appearance: "Appearance",
    keysAbout: "A key lets a script or a machine act as you. Keep it as you keep a password.",
    newKey: "New key",
    label: "Label",
    labelPlaceholder: "What is it for? cluster, laptop…",
    make: "Make key",
    key: "Key",
    created: "Made",
    used: "Last used",
    never: "never",
    revoke: "Revoke",
    revokeTitle: "Revoke this key?",
    revokeAbout: (prefix: string) =>
      `Whatever uses ${prefix}… cannot reach this server any more. Runs that are going keep their rows on disk.`,
    revoked: "Key revoked",
    madeTitle: "Your new key",
    madeAbout: "Copy it now: the server keeps only a fingerprint and cannot show it again.",
    madeLogin: "To use it on a machine",
    noKeys: "No keys yet",
    noKeysWhy: "Make one to log from another machine.",
    unnamed: "unnamed",
    theme: "Theme",
    themeAbout: "Charts and images have their own tuned colours in each.",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
    language: "Language",
    languageAbout: "Dates and numbers follow it.",
    density: "Density",
    densityAbout: "How tall rows of tables are.",
    densities: { compact: "Compact", regular: "Regular", relaxed: "Relaxed" },
    account: "Account",
    signedInAs: (name: string) => `Signed in as ${name}`,
    signOut: "Sign out",
    version: (version: string) => `Gnomon ${version}`,
  },
  runs: runsEn,
  run: runEn,
  edits: editsEn,
  workspace: workspaceEn,
  board: boardEn,
  frame: frameEn,
  authorize: authorizeEn,
  kinds: kindsEn,
  media: mediaEn,
  artifacts: artifactsEn,
  figures: figuresEn,
  molecules: moleculesEn,
  pictures: picturesEn,
  scenes: scenesEn,
  alerts: alertsEn,
  sweeps: sweepsEn,
  tables: tablesEn,
  teams: teamsEn,
  reports: reportsEn,
  projectSettings: projectSettingsEn,
  compare: compareEn,
  lines: linesEn,
  keys: keysEn,
  runList: runListEn,
  logs: logsEn,
  facts: factsEn,
  code: codeEn,
  files: filesEn,
  model: modelEn,
  graphs: graphsEn,
  traces: tracesEn,
  header: headerEn,
  system: systemEn,
  cursor: cursorEn,
};

export type Text = Said<typeof en>;
