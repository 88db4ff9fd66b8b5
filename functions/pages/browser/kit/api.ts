import type { OwnSession, Rename, SessionTimes } from "../../../../shared/contracts/accounts.ts";
import type { Comment, FeedPage } from "../../../../shared/contracts/comments.ts";
import type { ErrorBody } from "../../../../shared/contracts/errors.ts";
import type { Friendship, FriendsPage } from "../../../../shared/contracts/friends.ts";
import type { Person } from "../../../../shared/contracts/people.ts";
import type { ErrorCode, FieldErrors } from "../../../../shared/errors.ts";

/** How long an answer may take, in milliseconds; every request that is sent again does no harm the second time. */
const timeout = 15_000;

/** Why the API did not do what it was asked. */
export class ApiError extends Error {
  /**
   * The API's own code; `network` where there was no answer, `unreadable` where something else than the API answered,
   * `superseded` where somebody else is signed in by now.
   */
  readonly code: ErrorCode | "network" | "unreadable" | "superseded";
  readonly fields: FieldErrors | undefined;

  constructor(code: ApiError["code"], message: string, options: { fields?: FieldErrors; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "ApiError";
    this.code = code;
    this.fields = options.fields;
  }
}

/** Whether the API says that nobody is signed in. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof ApiError && error.code === "unauthenticated";
}

/** Whether a request was given up, as it was somebody else's. */
export function isSuperseded(error: unknown): boolean {
  return error instanceof ApiError && error.code === "superseded";
}

/** On whose behalf requests are sent. */
export interface Asker {
  /** Undefined while it is not known who is signed in. */
  readonly id: string | undefined;
  /** Aborted when it is somebody else who is. */
  readonly signal: AbortSignal;
}

export type Api = ReturnType<typeof createApi>;

/**
 * The API's requests, by what they are for. Each fails with an ApiError. All but the one that asks who is signed in name
 * who is meant to be: the browser may hold another one's cookie already. `answered` is told of each that succeeds.
 */
export function createApi(
  base: string,
  fetch: typeof globalThis.fetch,
  { asker, answered }: { asker: () => Asker; answered: () => void },
) {
  async function send<Answer>(method: string, path: string, given: Record<string, string> = {}, body?: object) {
    const { id, signal } = asker();
    const headers: Record<string, string> = { accept: "application/json", ...given };
    if (id !== undefined && path !== "/session") headers["kith-user"] = id;
    if (body) headers["content-type"] = "application/json";
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}/api${path}`, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      });
      text = await response.text();
    } catch (cause) {
      if (signal.aborted) throw new ApiError("superseded", "Somebody else is signed in now.", { cause });
      throw new ApiError("network", "There is no answer. Check the connection.", { cause });
    }
    if (response.ok) answered();
    if (response.status === 204) return undefined as Answer;
    const answer = parse(text);
    if (response.ok && answer !== undefined) return answer as Answer;
    const { code, message, fields } = (answer ?? {}) as Partial<ErrorBody>;
    if (code === undefined || message === undefined) {
      throw new ApiError(
        "unreadable",
        `The answer could not be read (status ${response.status}). Try again in a moment.`,
      );
    }
    throw new ApiError(code, Object.values(fields ?? {})[0] ?? message, fields ? { fields } : {});
  }

  return {
    session: () => send<SessionTimes & { user: Person }>("GET", "/session"),
    comments: (query: { before?: string; after?: string; time?: string; limit?: string }) =>
      send<FeedPage>("GET", `/comments?${new URLSearchParams(query)}`),
    comment: (body: string, key: string) => send<Comment>("POST", "/comments", { "idempotency-key": key }, { body }),
    removeComment: (id: string) => send<void>("DELETE", `/comments/${id}`),
    friends: (query: { after?: string; time?: string }) =>
      send<FriendsPage>("GET", `/friends?${new URLSearchParams(query)}`),
    want: (personId: string) => send<Friendship>("PUT", `/friends/${personId}`),
    unwant: (personId: string) => send<Friendship>("DELETE", `/friends/${personId}`),
    block: (personId: string) => send<Friendship>("PUT", `/blocks/${personId}`),
    unblock: (personId: string) => send<Friendship>("DELETE", `/blocks/${personId}`),
    rename: (names: Rename) => send<Person>("PATCH", "/me", {}, names),
    sessions: async () => (await send<{ sessions: OwnSession[] }>("GET", "/sessions")).sessions,
    endSession: (id: string) => send<void>("DELETE", `/sessions/${id}`),
    endOtherSessions: () => send<void>("DELETE", "/sessions"),
    changePassword: (current: string, next: string) => send<void>("PUT", "/password", {}, { current, next }),
    deleteAccount: (password: string) => send<void>("DELETE", "/me", {}, { password }),
    search: async (q: string) =>
      (await send<{ people: Person[] }>("GET", `/users?${new URLSearchParams({ q })}`)).people,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
