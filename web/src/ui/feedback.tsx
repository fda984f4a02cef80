/** What a page says when it has nothing, waits, failed, or did something that can be undone. */
import { type ReactNode, useSyncExternalStore } from "react";
import { isApiError } from "@/api/client";
import { Button, CopyButton, copyText, IconButton } from "./controls";
import { Icon, type IconName } from "./icons";
import { useText } from "./text";

export interface EmptyStateProps {
  icon?: IconName;
  title: ReactNode;
  /** Why there is nothing, and what to do about it. */
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="ui-empty">
      {icon && (
        <span className="ui-empty-icon">
          <Icon name={icon} />
        </span>
      )}
      <h3>{title}</h3>
      {children && <div className="ui-empty-why">{children}</div>}
      {action && <div className="ui-empty-action">{action}</div>}
    </div>
  );
}

/** Code to be copied and pasted as it is. */
export function Snippet({ code, label }: { code: string; label?: string }) {
  return (
    <div className="ui-snippet">
      {label && <span className="ui-snippet-label">{label}</span>}
      <pre className="mono">{code}</pre>
      <CopyButton value={code} small={false} />
    </div>
  );
}

export interface ErrorStateProps {
  error: unknown;
  title?: string;
  onRetry?: () => void;
  /** One line instead of a block. */
  inline?: boolean;
}

export function ErrorState({ error, title, onRetry, inline }: ErrorStateProps) {
  const t = useText();
  return (
    <div className={inline ? "ui-error inline" : "ui-error"} role="alert">
      <span className="ui-error-icon">
        <Icon name="warn" />
      </span>
      <div className="grow">
        <h3>{title ?? t.common.failed}</h3>
        <p>{errorMessage(error, t.common.errors)}</p>
      </div>
      <div className="ui-error-actions">
        {onRetry && (
          <Button icon="refresh" onClick={onRetry}>
            {t.common.retry}
          </Button>
        )}
        <Button variant="bare" icon="copy" onClick={() => void copyText(errorDetails(error))}>
          {t.common.copyDetails}
        </Button>
      </div>
    </div>
  );
}

/** What went wrong in the reader's language where we know it, in the server's words where it was theirs to say. */
export function errorMessage(error: unknown, words: Record<"Away" | "Unavailable" | "Forbidden", string>): string {
  if (isApiError(error)) {
    if (error.kind === "Away") return words.Away;
    if (error.kind === "Unavailable") return words.Unavailable;
    if (error.kind === "Forbidden") return `${words.Forbidden} ${error.message}`;
    return error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

/** What a person can send to whoever looks after the server. */
export function errorDetails(error: unknown): string {
  const facts: Record<string, unknown> = { at: new Date().toISOString(), page: window.location.href };
  if (isApiError(error))
    Object.assign(facts, {
      kind: error.kind,
      message: error.message,
      field: error.field,
      status: error.status,
      address: error.address,
    });
  else if (error instanceof Error) Object.assign(facts, { message: error.message, stack: error.stack });
  else facts.message = String(error);
  return JSON.stringify(facts, null, 2);
}

/** Bars where text will stand; widths repeat in a pattern that looks like text. */
export function Skeleton({ rows = 3, height = 12, gap = 16 }: { rows?: number; height?: number; gap?: number }) {
  const widths = [62, 84, 46, 71, 55];
  return (
    <div className="ui-skeleton" style={{ gap }} aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: bars have nothing but their place.
          key={row}
          style={{ height, width: `${widths[row % widths.length]}%` }}
        />
      ))}
    </div>
  );
}

export interface Toast {
  id: number;
  text: string;
  kind: "done" | "failed";
  action?: { label: string; run: () => void } | undefined;
  /** Called when the toast goes without its action having been taken. */
  onGone?: (() => void) | undefined;
}

let toasts: readonly Toast[] = [];
let nextToast = 1;
const toastListeners = new Set<() => void>();
const toastTimers = new Map<number, ReturnType<typeof setTimeout>>();

function setToasts(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of toastListeners) listener();
}

function endToast(id: number, acted: boolean): void {
  const gone = toasts.find((toast) => toast.id === id);
  if (!gone) return;
  const timer = toastTimers.get(id);
  if (timer) clearTimeout(timer);
  toastTimers.delete(id);
  setToasts(toasts.filter((toast) => toast.id !== id));
  if (!acted) gone.onGone?.();
}

/** Says something in the corner for a while. `action` (Undo) takes it back; `onGone` makes it final. */
export function toast(text: string, options: Partial<Omit<Toast, "id" | "text">> & { lastsMs?: number } = {}): void {
  const { lastsMs = options.action ? 7000 : 4000, kind = "done", action, onGone } = options;
  const id = nextToast++;
  setToasts([...toasts, { id, text, kind, action, onGone }]);
  toastTimers.set(
    id,
    setTimeout(() => endToast(id, false), lastsMs),
  );
}

/** Makes everything final that still waits for an Undo; for the moment a page is left. */
export function settleToasts(): void {
  for (const each of toasts) if (each.onGone) endToast(each.id, false);
}

function subscribeToasts(listener: () => void): () => void {
  toastListeners.add(listener);
  return () => {
    toastListeners.delete(listener);
  };
}

if (typeof window !== "undefined") window.addEventListener("pagehide", settleToasts);

/** Where toasts appear. Mounted once by the frame. */
export function Toaster() {
  const t = useText();
  const shown = useSyncExternalStore(subscribeToasts, () => toasts);
  return (
    <div className="ui-toasts" role="status" aria-live="polite">
      {shown.map((each) => (
        <div key={each.id} className={`ui-toast ${each.kind}`}>
          <Icon name={each.kind === "done" ? "check" : "warn"} />
          <span className="grow">{each.text}</span>
          {each.action && (
            <Button
              variant="bare"
              className="ui-toast-action"
              onClick={() => {
                each.action?.run();
                endToast(each.id, true);
              }}
            >
              {each.action.label}
            </Button>
          )}
          <IconButton icon="x" small label={t.common.close} onClick={() => endToast(each.id, false)} />
        </div>
      ))}
    </div>
  );
}
