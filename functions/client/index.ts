import { hc } from "hono/client";
import type { AppType } from "../app.ts";
import { createCookies } from "./cookies.ts";

export type { ErrorBody } from "../../shared/contracts/errors.ts";

export interface ClientOptions {
  /** An address of PUBLIC_ORIGIN, from which requests say they come. Without it, the origin of `base`. */
  origin?: string;
}

export type Client = ReturnType<typeof createClient>;

/**
 * The typed API at `base`, an origin, and the session that a program gets by signing up or in. An answer that is not `ok`
 * holds an ErrorBody.
 */
export function createClient(base: string, options: ClientOptions = {}) {
  const home = new URL(base).origin;
  const cookies = createCookies();
  const headers = {
    origin: options.origin ?? home,
    get cookie() {
      return cookies.header ?? "";
    },
  };

  /** The global fetch with this client's session and origin, which it sends to `base` only. */
  async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const isHome = new URL(request.url).origin === home;
    if (isHome) for (const [name, value] of Object.entries(headers)) if (value !== "") request.headers.set(name, value);
    const response = await fetch(request);
    if (isHome) cookies.take(response);
    return response;
  }

  const { api } = hc<AppType>(base, { fetch: send });
  return {
    api,
    /** For `createFeed` of the kit. */
    fetch: send,
    /** The headers that a browser adds by itself, as they are at any time: `extraHeaders` of the kit's `openSocket`. */
    headers,
  };
}
