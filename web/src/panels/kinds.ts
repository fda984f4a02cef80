/** Kinds of panels: what each needs to know, how it is drawn, how it is edited. One row a kind. */
import type { ComponentType } from "react";
import type { KeyInfo, Run } from "@/api/types";
import type { PanelDef, PanelKind } from "@/state/layout";
import type { IconName } from "@/ui";

/** What a kind may ask to make a first config: the keys of the project, and some of its runs. */
export interface Known {
  history: readonly KeyInfo[];
  system: readonly KeyInfo[];
  /** The runs that are drawn; they carry config and summary. */
  runs: readonly Run[];
}

export interface PanelProps<C> {
  def: PanelDef;
  config: C;
  /** Fills the screen. */
  large?: boolean | undefined;
}

export interface EditorProps<C> {
  config: C;
  /** Applied at once: the panel being edited shows it while one types. */
  change: (patch: Partial<C>) => void;
  known: Known;
}

export interface Kind<C> {
  id: PanelKind;
  icon: IconName;
  /** The config of a panel somebody adds: something to look at, from what there is. */
  fresh: (known: Known) => C;
  /** A config as it was kept, mended where it is odd. Never throws. */
  read: (raw: Readonly<Record<string, unknown>>) => C;
  /** What the panel is called where nobody said. */
  title: (config: C) => string;
  Panel: ComponentType<PanelProps<C>>;
  /** The part of the drawer that belongs to this kind alone; absent where there is nothing to choose. */
  Editor?: ComponentType<EditorProps<C>>;
}
