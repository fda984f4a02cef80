/** Signing in: a one-time link exchanges itself; otherwise a key, or a name and password. */
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { isApiError } from "@/api/client";
import { type Credentials, useSignIn } from "@/api/session";
import { Logo } from "@/frame/Frame";
import { Button, EmptyState, ErrorState, Field, Icon, Segmented, Snippet, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { Words } from "../words";
import "./sign-in.css";

type Way = "key" | "password";

/** Only addresses of this page are gone back to. */
export function safeNext(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/sign-in") ? next : "/home";
}

export function SignInPage() {
  const t = useText();
  const navigate = useNavigate();
  const search = new URLSearchParams(window.location.search);
  const link = search.get("link");
  const next = safeNext(search.get("next"));
  const signIn = useSignIn();
  const asked = useRef(false);
  const [way, setWay] = useState<Way>("key");
  const [fields, setFields] = useState({ key: "", user: "", password: "" });
  const [missing, setMissing] = useState<string | null>(null);
  const [linkError, setLinkError] = useState<unknown>(null);

  const go = (credentials: Credentials, onError?: (error: unknown) => void) =>
    signIn.mutate(credentials, {
      onSuccess: () => void navigate({ to: next, replace: true }),
      onError: (error) => onError?.(error),
    });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the link is exchanged once, whatever renders.
  useEffect(() => {
    if (!link || asked.current) return;
    asked.current = true;
    go({ link }, setLinkError);
  }, [link]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLinkError(null);
    if (way === "key") {
      const key = fields.key.trim();
      if (!key) return setMissing(t.signIn.needKey);
      setMissing(null);
      return go({ key });
    }
    if (!fields.user.trim()) return setMissing(t.signIn.needUser);
    if (!fields.password) return setMissing(t.signIn.needPassword);
    setMissing(null);
    go({ user: fields.user.trim(), password: fields.password });
  };

  if (link && !linkError && !signIn.isSuccess)
    return (
      <main className="sign-in">
        <div className="sign-in-card">
          <EmptyState title={t.signIn.linkWorking}>
            <div className="sign-in-bar" />
          </EmptyState>
        </div>
      </main>
    );

  const error = signIn.error;
  const refused = isApiError(error) && (error.kind === "SignInNeeded" || error.kind === "Rejected");
  const wrong = missing ?? (error && !linkError && refused ? t.signIn.wrong : undefined);
  const set = (name: keyof typeof fields) => (event: { target: { value: string } }) => {
    setFields({ ...fields, [name]: event.target.value });
    setMissing(null);
    if (signIn.isError) signIn.reset();
  };
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <header>
          <Logo size={36} />
          <h1>{t.signIn.title}</h1>
          <p>{t.signIn.about}</p>
        </header>
        {linkError !== null && (
          <div className="sign-in-warn" role="alert">
            <Icon name="warn" />
            <div>
              <b>{t.signIn.linkFailed}</b>
              <p>{t.signIn.linkFailedWhy}</p>
            </div>
          </div>
        )}
        <Segmented
          label={t.signIn.title}
          value={way}
          options={[
            { id: "key", name: t.signIn.byKey },
            { id: "password", name: t.signIn.byPassword },
          ]}
          onChange={(chosen) => {
            setWay(chosen);
            setMissing(null);
            signIn.reset();
          }}
        />
        <form onSubmit={submit} noValidate>
          {way === "key" ? (
            <Field label={t.signIn.key} hint={<Words text={t.signIn.keyHint} />} error={wrong}>
              {(id) => (
                <TextInput
                  id={id}
                  type="password"
                  className="mono"
                  autoComplete="current-password"
                  aria-invalid={Boolean(wrong)}
                  value={fields.key}
                  onChange={set("key")}
                  autoFocus
                />
              )}
            </Field>
          ) : (
            <>
              <Field label={t.signIn.user}>
                {(id) => (
                  <TextInput
                    id={id}
                    autoComplete="username"
                    aria-invalid={Boolean(wrong)}
                    value={fields.user}
                    onChange={set("user")}
                    autoFocus
                  />
                )}
              </Field>
              <Field label={t.signIn.password} error={wrong}>
                {(id) => (
                  <TextInput
                    id={id}
                    type="password"
                    autoComplete="current-password"
                    aria-invalid={Boolean(wrong)}
                    value={fields.password}
                    onChange={set("password")}
                  />
                )}
              </Field>
            </>
          )}
          <Button type="submit" variant="primary" className="sign-in-go" busy={signIn.isPending}>
            {signIn.isPending ? t.signIn.working : t.signIn.submit}
          </Button>
        </form>
        {error && !linkError && !refused && <ErrorState error={error} inline />}
        <details open={linkError !== null}>
          <summary>{t.signIn.linkWhere}</summary>
          <p>
            <Words text={t.signIn.linkWhereAnswer} />
          </p>
          <Snippet code="gnomon admin link" />
        </details>
      </div>
    </main>
  );
}
