/** The panels of a page: made of its keys, arranged by a person, and what the search leaves of them. */
import { useDeferredValue, useMemo } from "react";
import type { KeyInfo, MetricRule } from "@/api/types";
import type { Layout } from "@/state/layout";
import type { ChartSettings } from "@/state/settings";
import { arranged, automatic, type OwnPanels, type Section, searched } from "./sections";

const NO_KEYS: readonly KeyInfo[] = [];
const NO_RULES: readonly MetricRule[] = [];

/** What the sections around a panel say, the outermost first. */
type Said = readonly Partial<ChartSettings>[];

export interface PanelSources {
  history: readonly KeyInfo[] | undefined;
  system: readonly KeyInfo[] | undefined;
  rules: readonly MetricRule[] | undefined;
  own: OwnPanels;
  layout: Layout;
  search: string;
}

export function usePanels({ history, system, rules, own, layout, search }: PanelSources) {
  // counts and last values come anew with every row that is logged; which panels there are does not
  const keys = useSame(history ?? NO_KEYS, shapeOf);
  const machine = useSame(system ?? NO_KEYS, shapeOf);
  const said = useSame(rules ?? NO_RULES, shapeOfRules);
  const panels = useMemo(() => automatic(keys, machine, said, own), [keys, machine, said, own]);
  const all = useMemo(() => arranged(panels, layout), [panels, layout]);
  const asked = useDeferredValue(search);
  const found = useMemo(() => searched(all, asked), [all, asked]);
  const around = useMemo(() => {
    const roads = new Map<string, Said>();
    const walk = (sections: readonly Section[], outer: Said) => {
      for (const section of sections) {
        const here = [...outer, section.def.settings];
        for (const def of section.panels) roads.set(def.id, here);
        walk(section.inner, here);
      }
    };
    walk(all, []);
    return (panel: string) => roads.get(panel) ?? NOWHERE;
  }, [all]);
  return { all, ...found, around, history: keys, system: machine };
}

const NOWHERE: readonly never[] = [];

function shapeOf(keys: readonly KeyInfo[]): string {
  let text = "";
  for (const { key, kind, type, step_metric, hidden } of keys)
    text += `${key}\t${kind}\t${type}\t${step_metric}\t${hidden}\n`;
  return text;
}

function shapeOfRules(rules: readonly MetricRule[]): string {
  return JSON.stringify(rules);
}

/** The same list for as long as what counts of it is the same. */
function useSame<T>(list: readonly T[], shape: (list: readonly T[]) => string): readonly T[] {
  const text = useMemo(() => shape(list), [list, shape]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says when the list is another.
  return useMemo(() => list, [text]);
}
