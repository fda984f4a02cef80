/** The address the official client prints when it asks for a key: a key for whoever is signed in, and where it goes. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMakeApiKey } from "@/api/keys";
import { useViewer } from "@/api/session";
import { Logo } from "@/frame/Frame";
import { Button, CopyButton, copyText, ErrorState, Icon, Skeleton, Snippet } from "@/ui";
import { useText } from "@/ui/text";
import { date } from "@/ui/times";
import { serverAddress } from "../parts/Empty";
import "../sign-in/sign-in.css";
import "./authorize.css";

export function AuthorizePage() {
  const t = useText().authorize;
  // without a session the answer to this question leads to the sign-in page, and from there back to here
  const viewer = useViewer();
  const make = useMakeApiKey();
  const [copied, setCopied] = useState(false);
  const secret = make.data?.secret;
  const server = serverAddress();
  const key = secret ?? t.placeholder;
  const go = () =>
    make.mutate(t.label(date(Date.now() / 1000)), {
      onSuccess: (made) => void copyText(made.secret).then(setCopied),
    });
  return (
    <main className="sign-in">
      <div className="sign-in-card authorize">
        <header>
          <Logo size={36} />
          <h1>{t.title}</h1>
          {viewer.data && <p>{t.about(viewer.data.user.name)}</p>}
        </header>
        {viewer.isError ? (
          <ErrorState error={viewer.error} onRetry={() => void viewer.refetch()} inline />
        ) : viewer.isPending ? (
          <Skeleton rows={3} height={14} />
        ) : (
          <>
            {secret ? (
              <div className="authorize-key">
                <div className="authorize-secret">
                  <code className="mono" data-testid="key">
                    {secret}
                  </code>
                  <CopyButton value={secret} small={false} />
                </div>
                <p className="authorize-ready">
                  <Icon name="check" small />
                  {copied ? t.ready : t.readyByHand}
                </p>
                <p className="t3">{t.once}</p>
              </div>
            ) : (
              <Button variant="primary" icon="key" className="sign-in-go" busy={make.isPending} onClick={go}>
                {t.make}
              </Button>
            )}
            {make.isError && <ErrorState error={make.error} inline />}
            <section>
              <h2>{t.pasteHere}</h2>
              <pre className="mono authorize-prompt">
                {t.prompt} <span aria-hidden="true" />
              </pre>
              <p className="t3">{t.pasteHereWhy}</p>
            </section>
            <section className="authorize-ways">
              <Snippet label={t.orCommand} code={`wandb login --host ${server} ${key}`} />
              <Snippet label={t.orVariables} code={`export WANDB_BASE_URL=${server}\nexport WANDB_API_KEY=${key}`} />
              <Snippet label={t.orGnomon} code={`gnomon login --host ${server} ${key}`} />
            </section>
            <footer>
              <span className="t3">{t.known}</span>
              <span className="authorize-links">
                <Link className="ui-link" to="/settings/$part" params={{ part: "keys" }}>
                  {t.keys}
                </Link>
                {secret && (
                  <button type="button" className="ui-link" onClick={go}>
                    {t.another}
                  </button>
                )}
              </span>
            </footer>
          </>
        )}
      </div>
    </main>
  );
}
