/**
 * What the page promises in fifty points, and where each is proven: by a story, a test in another one, or by a measurement
 * that `benchmarks/RESULTS.md` says holds. `looked` names pictures of `make screens`, which people look at before a
 * release. `checklist.spec.ts` holds the list to what there is.
 */
export interface Point {
  says: string;
  /** `spec: title`. */
  stories?: readonly string[];
  /** How lines of `benchmarks/RESULTS.md` begin. */
  measured?: readonly string[];
  looked?: readonly string[];
  /** What it still falls short of. */
  short?: string;
}

export const WORKSPACE: readonly Point[] = [
  {
    says: "1440 × 900 shows the sidebar and six panels that can be read; nothing overlaps or is cut",
    stories: ["workspace: at 1440 × 900 the sidebar and six whole panels are to be seen"],
    looked: ["workspace", "workspace-long"],
  },
  {
    says: "something meaningful is painted within 1.5 s in a project of 10,000 runs",
    measured: ["first curve of a workspace, 10,000 runs × 200 metrics"],
  },
  {
    says: "nothing jumps while panels load",
    stories: ["workspace: nothing jumps while panels come in"],
    measured: ["workspace of 500 panels, layout shift"],
  },
  {
    says: "500 panels scroll at 50 frames a second; the page holds only those in sight",
    measured: ["workspace of 500 panels, scrolled", "workspace of 500 panels, nodes in the document"],
  },
  {
    says: "a run has the same colour in list, panels, table, tooltip and exports",
    stories: [
      "colours: a run has one colour in the list, the chart, its tooltip, the table, a comparison and what leaves the page",
    ],
  },
  {
    says: "ten runs after one another are told apart at a glance, light and dark",
    stories: ["colours: ten runs after one another differ at a glance, and from what they are drawn on"],
    looked: ["workspace"],
  },
  {
    says: "a curve under the mouse lights its run everywhere; so does a row of the list",
    stories: [
      "workspace: hovering a curve shows its run in every panel and in the list, and the crosshair stands in all panels",
    ],
  },
  {
    says: "the crosshair stands in all panels of the same x",
    stories: [
      "workspace: hovering a curve shows its run in every panel and in the list, and the crosshair stands in all panels",
    ],
  },
  {
    says: "the tooltip stays inside the window, nearest first, ten rows at most and how many more",
    stories: [
      "workspace: the tooltip has ten rows at most, stays on the screen, is pinned by a click and released by Esc",
    ],
  },
  {
    says: "the tooltip shows the smoothed value and the raw one",
    stories: [
      "workspace: the tooltip has ten rows at most, stays on the screen, is pinned by a click and released by Esc",
    ],
  },
  {
    says: "a click pins the tooltip; values can be copied; Esc releases it",
    stories: [
      "workspace: the tooltip has ten rows at most, stays on the screen, is pinned by a click and released by Esc",
      "lines: a pinned tooltip has every run, is searched and copied, and measures against the baseline",
    ],
  },
  {
    says: "a drag zooms, a double click resets, and what is zoomed says so",
    stories: [
      "workspace: a drag zooms, asks the server for finer data, lives in the address, and a double click resets",
    ],
  },
  {
    says: "zooming into ten million points refines; a spike of one point is seen at every zoom",
    stories: ["spike: one point of ten million that stands out is seen at every zoom"],
    measured: ["zoom into 10,000,000 points", "one point of 10,000,000 that stands out"],
  },
  {
    says: "smoothing repaints while one drags; the raw line stays, faint; a badge says what is done",
    stories: ["workspace: smoothing is set in the bar, badged on the panels, and kept in the address"],
    measured: ["smoothing slider dragged through"],
  },
  {
    says: "a logarithmic axis has sane ticks; what it cannot show is counted",
    stories: ["workspace: a logarithmic axis says what it hides; NaN and single values are shown"],
  },
  {
    says: "NaN and infinities are marked",
    stories: ["spike: NaN and infinities are marked where they are, and no mean takes them in"],
  },
  {
    says: "metrics of one value show bars or dots, no blank panel",
    stories: ["workspace: a logarithmic axis says what it hides; NaN and single values are shown"],
  },
  {
    says: "runs grouped by a config key are a line with a band; the tooltip says of how many; mean, median, quartiles",
    stories: [
      "lines: a group is one line with a band, and the tooltip says of how many runs; one that has ended does not count",
    ],
    looked: ["workspace-groups"],
  },
  {
    says: "metrics are searched as one types, counted, and a wrong expression is explained",
    stories: ["workspace: metrics are searched as one types; a half-typed expression is explained"],
  },
  {
    says: "sections fold, nest by /, are put in another order, and stay so",
    stories: ["board: sections are folded, renamed and put elsewhere, and are found so again"],
  },
  {
    says: "panels are added, edited, duplicated, moved and deleted; Ctrl+Z undoes each",
    stories: [
      "board: a panel is duplicated, resized, removed and moved; each is undone",
      "board: a new panel is seen before it is there",
    ],
  },
  {
    says: "a panel fills the screen under its own address, arrows go on, Esc returns",
    stories: ["workspace: one panel fills the screen under its own address; arrows go on, Esc goes back"],
    looked: ["panel"],
  },
  {
    says: "settings do not cover the panel they are for, and apply at once",
    stories: ["board: the drawer changes what one looks at as one types, and does not cover it"],
  },
  {
    says: "points of a live run arrive within two seconds; a zoomed view does not move",
    stories: [
      "workspace: a running curve grows by itself, and a zoomed view does not move",
      "run: a run that goes on grows on all tabs within two seconds",
    ],
  },
  {
    says: "a copied address gives somebody else the same picture",
    stories: ["board: a view is saved under a name; a link shows the same to somebody else, unsaved panels included"],
  },
];

export const RUNS: readonly Point[] = [
  {
    says: "100,000 rows × 500 columns scroll smoothly both ways; head and name stay",
    measured: ["runs table, 100,000 runs × 500 columns"],
  },
  {
    says: "sorting, filtering and grouping answer within half a second; filters are chips that can be taken off",
    stories: ["pages: filters by chips that can be taken off"],
    measured: ["runs table, 100,000 runs × 500 columns"],
  },
  {
    says: "columns are dragged, resized, pinned and hidden; pinned ones stand in the workspace's list",
    stories: [
      "runs: a column pinned in the table stands in the list beside the charts, which opens the table on its runs",
      "pages: chooses columns, and exports them as CSV",
    ],
  },
  {
    says: "notes and tags are edited in place; many runs at once; a deletion is taken back",
    stories: [
      "pages: edits tags and notes in place",
      "pages: does things to many runs at once, and takes a deletion back",
      "runs: a deletion is taken back, and the run is where it was",
    ],
  },
  {
    says: "least, greatest or last by column; deviation and number in grouped rows",
    stories: [
      "runs: metrics are shown by the least that was logged, and sorted by it",
      "runs: seeds are put together within settings, sorted by their mean, and said as a range",
    ],
  },
  { says: "numbers align on the point; long text is shortened, whole on hover", looked: ["runs", "runs-groups"] },
  {
    says: "a comparison shows only differences at first, marks what differs, and stays usable with 50 runs",
    stories: ["compare: fifty runs stand side by side"],
    looked: ["compare"],
  },
];

export const RUN: readonly Point[] = [
  {
    says: "Charts, System, Model, Logs, Files, Artifacts, Code and Overview are there and filled for the demo's run",
    stories: ["run: on a phone every tab is there and nothing scrolls sideways"],
    looked: ["run", "run-system", "run-model", "run-logs", "run-files", "run-artifacts", "run-code", "run-overview"],
  },
  {
    says: "logs: colours, a progress bar as one line, hits with their count, a million lines, follow",
    stories: [
      "pages: logs keep colours and progress bars, and are searched",
      "run: logs are found by pattern, level and place, however many there are",
    ],
  },
  {
    says: "charts of GPUs share units and range, a line a device, named",
    stories: [
      "run: the machine is told in charts that share their units, and in numbers that say when GPUs wait",
      "pages: system has charts with named devices",
    ],
    looked: ["run-system"],
  },
  {
    says: "the step cursor moves images, histograms, tables and logs together",
    stories: ["run: one step cursor moves values, pictures, machine and terminal, by mouse and by keys"],
  },
  {
    says: "masks and boxes are switched by class and filtered by score; pixels, captions, runs side by side",
    stories: [
      "media: classes are hidden and shown in the pixels of masks, boxes by their class and by their score",
      "media: a picture opens large, tells its pixels under the pointer, and is closed where one was",
      "media: pictures of runs and steps stand side by side, zoom together, and are taken from one another",
    ],
    looked: ["run-media"],
  },
  {
    says: "clouds and meshes turn, sounds show their wave, films step by frame, molecules are drawn",
    stories: [
      "scenes: clouds are drawn in their colours and turn with the mouse and with the keys",
      "scenes: shapes of every kind of file are drawn; a broken one says what is wrong",
      "molecules: small molecules are drawn in every style, by element",
      "media: a sound shows its wave, then its pitches, plays alone, and is moved by keys",
      "media: a film is stepped by one picture, alone or with those beside it, and so is a gif",
    ],
  },
  {
    says: "files are previewed by type, large ones in parts, and downloaded",
    stories: [
      "pages: files are previewed by what they are",
      "run: files have addresses of their own, previews of tensors and lines of JSON, and come as an archive",
    ],
  },
  {
    says: "config and summary are trees that are searched and copied",
    stories: ["run: the overview shows what was changed, how to run it again, and trees one can search"],
  },
];

export const MORE: readonly Point[] = [
  {
    says: "a lineage of 200 nodes can be read, moved and zoomed; a click says more",
    stories: [
      "artifacts: a lineage of two hundred nodes is a few, which are moved, zoomed, searched and shown each",
      "artifacts: a click on a node says what it is and leads there",
    ],
    looked: ["artifact-lineage"],
  },
  {
    says: "the difference of versions: added, removed, changed, with sizes",
    stories: [
      "artifacts: two versions differ by what was added, removed and changed, with sizes, and by their metadata",
    ],
  },
  {
    says: "a brush on a sweep's parallel coordinates filters its other charts and its table",
    stories: ["sweeps: a span along an axis chooses for the charts and the table, and stands in the address"],
    looked: ["sweep"],
  },
  {
    says: "reports: / for parts, live panels, parts put in order, a page that prints",
    stories: [
      "reports: a report is written part by part, saved as one types, published and read",
      "reports: a report is printed alone: no frame around it, light, its panels drawn, none of them cut in two",
    ],
    looked: ["report"],
  },
];

export const WHOLE: readonly Point[] = [
  {
    says: "dark: no white flash, nothing unreadable, charts tuned",
    stories: ["workspace: dark is dark from the first paint, and everything is said in Chinese too"],
    looked: ["workspace", "run", "runs", "sweep", "report"],
  },
  {
    says: "every empty page says why and what to do; what it says runs as pasted",
    stories: [
      "empty: on a server with nothing in it, home says what to do; pasted as it stands it logs a run that shows up by itself",
      "empty: every page of a project without runs says why it is empty and what to do",
    ],
  },
  {
    says: "what failed has words and a way to try again; a server that dies is waited for quietly",
    stories: [
      "outage: while the server is away the page says so and keeps what it shows, and goes on by itself when it is back",
      "pages: lists that failed say why and read again on request",
    ],
  },
  {
    says: "? lists the keys; everything that matters goes without a mouse; focus is seen",
    stories: [
      "workspace: the palette goes to a run, and ? lists the keys",
      "pages: is walked through with the keyboard",
      "board: a panel is moved with the keyboard, and to another section by its menu",
      "tour: a tour of all pages",
      "tour: a tour in the dark has no serious fault of access either",
    ],
    looked: ["keys", "palette"],
  },
  {
    says: "390 pixels: nothing sideways, charts by touch, logs that can be read",
    stories: [
      "tour: a tour of all pages is silent, asks no other host, has no serious fault of access, and fits a phone",
      "lines: a finger moves the crosshair, and what it pointed at stays until one taps elsewhere",
    ],
    looked: ["workspace", "run-logs", "run"],
  },
  {
    says: "a tour of all pages leaves no word in the console; memory is stable after 30 minutes",
    stories: ["tour: a tour of all pages"],
    measured: [
      "heap of a workspace page that is open for 30 minutes",
      "heap of a runs page that is open for 30 minutes",
    ],
  },
];

export const POINTS: readonly Point[] = [...WORKSPACE, ...RUNS, ...RUN, ...MORE, ...WHOLE];
