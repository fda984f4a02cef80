import { describe, expect, it, test } from "vitest";
import {
  addPanel,
  addSection,
  bringBack,
  changePanel,
  changeSection,
  changeSectionSettings,
  changeSettings,
  duplicatePanel,
  freshId,
  isAdded,
  isPlain,
  type Layout,
  merged,
  movePanel,
  moveSection,
  type PanelDef,
  PLAIN_LAYOUT,
  putAt,
  readLayout,
  removePanels,
  removeSection,
  resetPanel,
  resetSection,
  restoreAll,
  sectionDef,
} from "./layout";

/** The same numbers each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const def = (id: string): PanelDef => ({
  id,
  kind: "line",
  title: "",
  config: { keys: [id] },
  size: { columns: 1, rows: 1 },
  settings: {},
});

const NAMES = ["a", "b", "c", "d", "e", "f"];
const SECTIONS = ["one", "two", "three"];

/** A change of a layout that a person might make, by chance. */
function anyChange(next: () => number): (layout: Layout) => Layout {
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)]!;
  const some = () => NAMES.filter(() => next() < 0.5);
  const place = Math.floor(next() * 7);
  const fresh = freshId(next);
  const [id, section] = [pick(NAMES), pick(SECTIONS)];
  return pick<(layout: Layout) => Layout>([
    (old) => addPanel(old, def(fresh), section, some(), place),
    (old) => changePanel(old, def(id), { title: "x", size: { columns: place, rows: -1 } }),
    (old) => changeSettings(old, def(id), { logY: true }),
    (old) => duplicatePanel(old, def(id), fresh, section, some()),
    (old) => movePanel(old, id, section, some(), place),
    (old) => removePanels(old, [id, ...Object.keys(old.panels).slice(0, 1)]),
    (old) => resetPanel(old, id),
    (old) => restoreAll(old),
    (old) => addSection(old, section, SECTIONS, place),
    (old) => changeSection(old, section, { title: "T", columns: 2, rowHeight: 300, folded: true }),
    (old) => changeSectionSettings(old, section, { x: "_time" }),
    (old) => moveSection(old, section, SECTIONS, place),
    (old) => removeSection(old, section, some()),
    (old) => resetSection(old, section),
  ]);
}

describe("whatever is done to a layout", () => {
  it("it is read back as it was kept, names nothing twice, and leaves the old one alone", () => {
    for (let seed = 1; seed <= 120; seed++) {
      const next = random(seed);
      let layout = PLAIN_LAYOUT;
      for (let step = 0; step < 25; step++) {
        const before = JSON.stringify(layout);
        const after = anyChange(next)(layout);
        expect(JSON.stringify(layout)).toBe(before);
        layout = after;
      }
      expect(readLayout(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
      expect(new Set(layout.order).size).toBe(layout.order.length);
      expect(new Set(layout.sections.map((each) => each.name)).size).toBe(layout.sections.length);
      for (const [id, panel] of Object.entries(layout.panels)) {
        expect(panel.id).toBe(id);
        expect(panel.size.columns).toBeGreaterThanOrEqual(1);
        expect(panel.size.rows).toBeLessThanOrEqual(6);
      }
    }
  });
});

describe("panels", () => {
  it("are added at a place, and told from those that keys make", () => {
    const id = freshId(random(7));
    expect([isAdded(id), isAdded("train/loss")]).toEqual([true, false]);
    const layout = addPanel(PLAIN_LAYOUT, def(id), "train", ["a", "b"], 1);
    expect([layout.places[id], sectionDef(layout, "train").order]).toEqual(["train", ["a", id, "b"]]);
  });
  it("are duplicated beside the first, as it stands", () => {
    const changed = changePanel(PLAIN_LAYOUT, def("a"), { title: "Mine" });
    const twice = duplicatePanel(changed, def("a"), "panel-00000001", "", ["z", "a", "b"]);
    expect(twice.panels["panel-00000001"]).toMatchObject({ title: "Mine", config: { keys: ["a"] } });
    expect(sectionDef(twice, "").order).toEqual(["z", "a", "panel-00000001", "b"]);
  });
  it("that were taken away come back as they were", () => {
    const id = freshId(random(3));
    const full = addPanel(changePanel(PLAIN_LAYOUT, def("a"), { title: "A" }), def(id), "", ["a"]);
    const without = removePanels(full, ["a", id]);
    expect(without.removed).toEqual(["a"]);
    expect(without.panels[id]).toBeUndefined();
    expect(bringBack(without, full, ["a", id])).toEqual(full);
  });
  it("moved by hand end an order by name", () => {
    const sorted = changeSection(PLAIN_LAYOUT, "s", { sort: "name" });
    expect(sectionDef(movePanel(sorted, "b", "s", ["a", "b"], 0), "s")).toMatchObject({
      sort: "own",
      order: ["b", "a"],
    });
  });
  it("inherit again what is reset", () => {
    const own = changeSettings(PLAIN_LAYOUT, def("a"), { logY: true, x: "_time" });
    expect(changeSettings(own, def("a"), { logY: undefined }).panels.a!.settings).toEqual({ x: "_time" });
  });
});

describe("sections", () => {
  it("made of keys stay away when they are removed, and come back", () => {
    const without = removeSection(PLAIN_LAYOUT, "train", ["train/loss"]);
    expect(sectionDef(without, "train").hidden).toBe(true);
    expect(sectionDef(restoreAll(without), "train").hidden).toBe(false);
  });
  it("that were added are gone when they are removed", () => {
    const made = addSection(PLAIN_LAYOUT, "Mine", ["train"]);
    expect(made.order).toEqual(["Mine", "train"]);
    const gone = removeSection(made, "Mine", []);
    expect([gone.sections, gone.order]).toEqual([[], ["train"]]);
  });
  it("are reset, but stay where they are", () => {
    const moved = moveSection(changeSection(PLAIN_LAYOUT, "b", { title: "B" }), "b", ["a", "b"], 0);
    const reset = resetSection(moved, "b");
    expect([reset.sections, reset.order]).toEqual([[], ["b", "a"]]);
  });
});

describe("an order over things that come by themselves", () => {
  it("keeps all, once, the named ones as they are named", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed);
      const own = NAMES.filter(() => next() < 0.8);
      const order = [...NAMES, "gone", "a"].filter(() => next() < 0.6).sort(() => next() - 0.5);
      const found = merged(own, order);
      expect([...found].sort()).toEqual([...own].sort());
      const named = [...new Set(order)].filter((name) => own.includes(name));
      expect(found.filter((name) => named.includes(name))).toEqual(named);
    }
  });
  it("puts what is new where it stands by itself", () => {
    expect(merged(["a", "b", "c"], ["c", "a"])).toEqual(["c", "a", "b"]);
    expect(merged(["new", "a"], ["a"])).toEqual(["new", "a"]);
    expect(putAt(["a", "b", "c"], "a", 9)).toEqual(["b", "c", "a"]);
    expect(putAt(["a", "b"], "x", -3)).toEqual(["x", "a", "b"]);
  });
});

test("a layout that is none, or odd, is mended", () => {
  for (const odd of [null, 3, "x", [], { panels: 4, sections: {}, removed: "a" }])
    expect(isPlain(readLayout(odd))).toBe(true);
  const layout = readLayout({
    version: 9,
    panels: { a: { kind: "line", size: { columns: 99 }, settings: { logY: "yes", most: 9000 } }, b: { kind: "spell" } },
    removed: ["x", "x", 7],
    places: { a: 3, c: "train" },
    sections: [{ name: "s", rowHeight: 9, columns: 44, sort: "odd" }, { title: "nameless" }],
    order: ["s", null],
  });
  expect(layout.panels).toEqual({
    a: { id: "a", kind: "line", title: "", config: {}, size: { columns: 6, rows: 1 }, settings: { most: 1000 } },
  });
  expect([layout.removed, layout.places, layout.order]).toEqual([["x"], { c: "train" }, ["s"]]);
  expect(layout.sections).toMatchObject([{ name: "s", rowHeight: 140, columns: 6, sort: "own", folded: null }]);
});
