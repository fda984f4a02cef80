import { Dialog } from "@/ui";
import { useText } from "@/ui/text";

/** `?`: what the keyboard can do. */
export function KeyboardHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useText().workspace.keys;
  const groups: [string, [string[], string][]][] = [
    [
      t.groups.go,
      [
        [["Ctrl", "K"], t.palette],
        [["g", "h"], t.goHome],
        [["g", "w"], t.goWorkspace],
        [["g", "r"], t.goRuns],
        [["g", "o"], t.goOverview],
        [["g", "s"], t.goSweeps],
        [["g", "a"], t.goArtifacts],
        [["T"], t.theme],
        [["?"], t.help],
        [["Esc"], t.escape],
      ],
    ],
    [
      t.groups.runs,
      [
        [["j"], t.down],
        [["k"], t.up],
        [["Space"], t.toggle],
        [["o"], t.only],
        [["Enter"], t.enter],
        [["["], t.sidebar],
      ],
    ],
    [
      t.groups.charts,
      [
        [["/"], t.searchMetrics],
        [["x"], t.cycleX],
        [["l"], t.log],
        [["s", "S"], t.smoother],
        [["0"], t.reset],
      ],
    ],
    [t.groups.panel, [[["f"], t.full]]],
  ];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.title} width={620}>
      <div className="fr-keys">
        {groups.map(([name, keys]) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {keys.map(([names, what]) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>
                    {names.map((key) => (
                      <kbd key={key} className="ui-kbd">
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
