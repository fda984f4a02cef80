import { Link } from "@tanstack/react-router";
import { Button, EmptyState, ErrorState } from "@/ui";
import { useText } from "@/ui/text";

/** An address that is no page. */
export function Missing() {
  const t = useText().frame;
  return (
    <main className="fr-missing">
      <EmptyState
        icon="search"
        title={t.missingTitle}
        action={
          <Link to="/home" className="ui-btn">
            {t.goHome}
          </Link>
        }
      >
        {t.missingWhy}
      </EmptyState>
    </main>
  );
}

/** A page that threw. The frame stays, so that one can go elsewhere. */
export function Broken({ error }: { error: unknown }) {
  const t = useText().frame;
  return (
    <main className="fr-missing">
      <ErrorState error={error} title={t.brokenTitle} />
      <Button icon="refresh" onClick={() => window.location.reload()}>
        {t.reload}
      </Button>
    </main>
  );
}
