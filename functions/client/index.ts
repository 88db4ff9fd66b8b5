import type { Hono, Schema } from "hono";
import { hc } from "hono/client";
import type { ErrorBody } from "../../shared/contracts/errors.ts";
import type { ErrorStatus } from "../../shared/errors.ts";
import type { AppType } from "../app.ts";
import { createCookies } from "./cookies.ts";

export type { ErrorBody } from "../../shared/contracts/errors.ts";

/**
 * The API with the errors that any request of it can be answered with. Hono's own ApplyGlobalResponse says the same once
 * for each status, which makes the built types ten times as long.
 */
type WithErrors<App> =
  App extends Hono<infer Env, infer Routes, infer Path>
    ? {
        [To in keyof Routes]: { [Method in keyof Routes[To]]: OrError<Routes[To][Method]> };
      } extends infer Answered extends Schema
      ? Hono<Env, Answered, Path>
      : never
    : never;
type OrError<Route> =
  | Route
  | (Route extends { input: infer Input }
      ? { input: Input; output: ErrorBody; outputFormat: "json"; status: ErrorStatus }
      : never);

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
  const headers = (): Record<string, string> => ({
    origin: options.origin ?? home,
    ...(cookies.header === undefined ? {} : { cookie: cookies.header }),
  });

  /** The global fetch with this client's session and origin, which it sends to `base` only. */
  async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const isHome = new URL(request.url).origin === home;
    if (isHome) for (const [name, value] of Object.entries(headers())) request.headers.set(name, value);
    const response = await fetch(request);
    if (isHome) cookies.take(response);
    return response;
  }

  const { api } = hc<WithErrors<AppType>>(base, { fetch: send });
  return {
    api,
    /** For `createFeed` of the kit. */
    fetch: send,
    /** The cookie and the origin, which a browser adds by itself: for `openSocket` of the kit. */
    headers,
  };
}
