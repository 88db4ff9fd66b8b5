import type { SessionTimes } from "../../../../shared/contracts/accounts.ts";
import type { Comment, FeedPage } from "../../../../shared/contracts/comments.ts";
import type { ErrorBody } from "../../../../shared/contracts/errors.ts";
import type { Friendship, FriendsPage } from "../../../../shared/contracts/friends.ts";
import type { Person } from "../../../../shared/contracts/people.ts";
import type { ErrorCode, FieldErrors } from "../../../../shared/errors.ts";

/** How long an answer may take, in milliseconds; every request that is sent again does no harm the second time. */
const timeout = 15_000;

/** Why the API did not do what it was asked. */
export class ApiError extends Error {
  /** The API's own code; `network` where there was no answer, `unreadable` where something else than the API answered. */
  readonly code: ErrorCode | "network" | "unreadable";
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

export type Api = ReturnType<typeof createApi>;

/** The API's requests, by what they are for. Each fails with an ApiError. */
export function createApi(base: string, fetch: typeof globalThis.fetch) {
  async function send<Answer>(method: string, path: string, headers?: Record<string, string>, body?: object) {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}/api${path}`, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        headers: { accept: "application/json", ...(body ? { "content-type": "application/json" } : {}), ...headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(timeout),
      });
      text = await response.text();
    } catch (cause) {
      throw new ApiError("network", "There is no answer. Check the connection.", { cause });
    }
    if (response.status === 204) return undefined as Answer;
    const answer = parse(text);
    if (response.ok && answer !== undefined) return answer as Answer;
    const { code, message, fields } = (answer ?? {}) as Partial<ErrorBody>;
    if (code === undefined || message === undefined) {
      throw new ApiError("unreadable", `The answer makes no sense (status ${response.status}). Try again in a moment.`);
    }
    throw new ApiError(code, Object.values(fields ?? {})[0] ?? message, fields ? { fields } : {});
  }

  return {
    session: () => send<SessionTimes & { user: Person }>("GET", "/session"),
    comments: (query: { before?: string; after?: string; time?: string; limit?: string }) =>
      send<FeedPage>("GET", `/comments?${new URLSearchParams(query)}`),
    comment: (body: string, key: string) => send<Comment>("POST", "/comments", { "idempotency-key": key }, { body }),
    removeComment: (id: string) => send<void>("DELETE", `/comments/${id}`),
    friends: (after?: string) =>
      send<FriendsPage>("GET", after === undefined ? "/friends" : `/friends?${new URLSearchParams({ after })}`),
    want: (personId: string) => send<Friendship>("PUT", `/friends/${personId}`),
    unwant: (personId: string) => send<Friendship>("DELETE", `/friends/${personId}`),
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
