import { Dialog } from "@/ui";
import { useText } from "@/ui/text";
import { capsOf, SHORTCUTS } from "./shortcuts";

const GROUPS = ["go", "runs", "charts", "panel", "run"] as const;

/** `?`: what the keyboard can do. */
export function KeyboardHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useText().keys;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.title} width={680}>
      <div className="fr-keys">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t.groups[group]}</h3>
            <dl>
              {SHORTCUTS[group].map(({ keys, what }) => (
                <div key={what}>
                  <dt>{t.what[what]}</dt>
                  <dd>
                    {keys.map((chord) => (
                      <span key={chord}>
                        {capsOf(chord).map((cap) => (
                          <kbd key={cap} className="ui-kbd">
                            {cap}
                          </kbd>
                        ))}
                      </span>
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
