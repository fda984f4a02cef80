/** Any panel: its kind reads its config and draws it. One that breaks says so in its own card. */
import { Component, memo, type ReactNode, Suspense, useMemo } from "react";
import type { PanelDef } from "@/state/layout";
import { Button } from "@/ui";
import { useText } from "@/ui/text";
import { PanelFrame } from "./PanelFrame";
import { PanelPlace } from "./PanelPlace";
import { PanelProvider } from "./panel";
import { KINDS } from "./registry";

export const PanelOf = memo(function PanelOf({ def, large }: { def: PanelDef; large?: boolean }) {
  const kind = KINDS[def.kind];
  const config = useMemo(() => kind.read(def.config), [kind, def.config]);
  return (
    <PanelProvider value={def}>
      <Boundary key={def.kind} about={def} large={large}>
        <Suspense fallback={<PanelPlace def={def} />}>
          <kind.Panel def={def} config={config} large={large} />
        </Suspense>
      </Boundary>
    </PanelProvider>
  );
});

interface BoundaryProps {
  about: PanelDef;
  large: boolean | undefined;
  children: ReactNode;
}

class Boundary extends Component<BoundaryProps, { error: Error | null; about: PanelDef }> {
  override state = { error: null, about: this.props.about };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  // a panel that was changed is tried anew
  static getDerivedStateFromProps({ about }: BoundaryProps, state: { error: Error | null; about: PanelDef }) {
    return about === state.about ? null : { error: null, about };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Failed {...this.props} error={error} retry={() => this.setState({ error: null })} />;
  }
}

function Failed({ about, large, error, retry }: Omit<BoundaryProps, "children"> & { error: Error; retry: () => void }) {
  const t = useText();
  return (
    <PanelFrame id={about.id} title={about.title || about.id} large={large} tools={[]} menu={[]}>
      <div className="pn-plot">
        <div className="pn-note failed" role="alert">
          <b>{t.board.panelBroke}</b>
          <span className="cut">{error.message}</span>
          <Button onClick={retry}>{t.common.retry}</Button>
        </div>
      </div>
    </PanelFrame>
  );
}
