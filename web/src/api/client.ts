/** The one place where the page speaks HTTP: errors come out as values with a kind, never as a status code. */

export type ErrorKind =
  | "NotFound"
  | "Conflict"
  | "Rejected"
  | "SignInNeeded"
  | "Forbidden"
  | "Unavailable"
  /** No answer at all: the server is away or the network is. */
  | "Away"
  /** An answer that is not ours: a bug or a proxy in between. */
  | "Broken";

export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly field: string | null = null,
    readonly status: number = 0,
    readonly address: string = "",
  ) {
    super(message);
  }

  /** True when the same request may succeed a moment later. */
  get passing(): boolean {
    return this.kind === "Away" || this.kind === "Unavailable";
  }
}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

type AwayListener = (away: boolean) => void;
const awayListeners = new Set<AwayListener>();
let away = false;

/** Whether the last thing heard of the server was silence. */
export function serverIsAway(): boolean {
  return away;
}

export function onServerAway(listener: AwayListener): () => void {
  awayListeners.add(listener);
  return () => {
    awayListeners.delete(listener);
  };
}

export function noteServer(isAway: boolean): void {
  if (isAway === away) return;
  away = isAway;
  for (const listener of awayListeners) listener(away);
}

/** Where a person without a session is sent; the router may replace it with a navigation of its own. */
let goToSignIn = (): void => {
  const here = window.location.pathname + window.location.search;
  if (!window.location.pathname.startsWith("/sign-in"))
    window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
};

export function onSignInNeeded(handler: () => void): void {
  goToSignIn = handler;
}

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  signal?: AbortSignal | undefined;
  accept?: string;
  /** Answer 401 as an error only, without leaving the page: for the sign-in page itself. */
  stay?: boolean;
}

/** An address under /api from parts, each percent-encoded; a part that is a path keeps its slashes with `pathOf`. */
export function at(...parts: (string | number)[]): string {
  return `/api/${parts.map((part) => encodeURIComponent(String(part))).join("/")}`;
}

export function pathOf(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

export function withParams(address: string, params: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== null && value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text ? `${address}?${text}` : address;
}

/** What a browser lets outlive its page: 64 KiB together by the Fetch standard, and not many requests. */
const ROOM = { bytes: 60_000, requests: 8 };
const outliving = { bytes: 0, requests: 0 };

/** Fetches; a change that one asked for is made although one leaves the page at once, where there is room for that. */
async function fetchThrough(address: string, init: RequestInit & { body: string | null }): Promise<Response> {
  if (init.method !== "PATCH" && init.method !== "PUT" && init.method !== "DELETE") return fetch(address, init);
  const bytes = init.body === null ? 0 : new Blob([init.body]).size;
  if (outliving.bytes + bytes > ROOM.bytes || outliving.requests === ROOM.requests) return fetch(address, init);
  outliving.bytes += bytes;
  outliving.requests += 1;
  try {
    return await fetch(address, { ...init, keepalive: true });
  } finally {
    outliving.bytes -= bytes;
    outliving.requests -= 1;
  }
}

/** The answer, when it is one; throws `ApiError` otherwise. An aborted request throws the abort itself. */
export async function ask(address: string, options: Ask = {}): Promise<Response> {
  const { method = "GET", body, signal, accept = "application/json", stay = false } = options;
  const headers: Record<string, string> = { Accept: accept };
  if (method !== "GET") headers["X-Gnomon-Page"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetchThrough(address, {
      method,
      headers,
      credentials: "same-origin",
      signal: signal ?? null,
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    noteServer(true);
    throw new ApiError("Away", "The server does not answer.", null, 0, address);
  }
  noteServer(false);
  if (answer.ok) return answer;
  const error = await readError(answer, address);
  if (error.kind === "SignInNeeded" && !stay) goToSignIn();
  throw error;
}

export async function askJson<T>(address: string, options: Ask = {}): Promise<T> {
  const answer = await ask(address, options);
  if (answer.status === 204) return undefined as T;
  try {
    return (await answer.json()) as T;
  } catch {
    if (options.signal?.aborted) throw new DOMException("aborted", "AbortError");
    throw new ApiError("Broken", "The answer is not JSON.", null, answer.status, address);
  }
}

const KINDS: Record<number, ErrorKind> = {
  400: "Rejected",
  401: "SignInNeeded",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  503: "Unavailable",
};

async function readError(answer: Response, address: string): Promise<ApiError> {
  const kind = KINDS[answer.status] ?? "Broken";
  try {
    const parsed: unknown = await answer.json();
    const error = (parsed as { error?: { kind?: ErrorKind; message?: string; field?: string | null } }).error;
    if (error?.message)
      return new ApiError(error.kind ?? kind, error.message, error.field ?? null, answer.status, address);
  } catch {
    // not our JSON; what the status says must do
  }
  return new ApiError(kind, answer.statusText || `HTTP ${answer.status}`, null, answer.status, address);
}
