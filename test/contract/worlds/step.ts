import type { CookieKit, Jar } from "./jar.ts";

/** One request of a script. */
export interface Step {
  name: string;
  method?: "GET" | "HEAD" | "POST";
  path: string;
  body?: object;
  headers?: Record<string, string>;
  /** Whose cookies are sent and kept ("first"). */
  browser?: string;
  /** How far the clock goes before the request, in milliseconds (7,000). */
  after?: number;
  /** The Cookie header in place of the browser's own. */
  cookie?: (jar: Jar, kit: CookieKit) => string;
  /** Before the request, the browser's cookie is signed anew with the retired secret, where the cell has one. */
  isSignedByRetired?: boolean;
  /** Before the request: what a store of this cell is to do when it is next asked. */
  prepare?: (store: object) => void;
}

export const defaultPace = 7_000;

export function get(path: string, more: Partial<Step> = {}): Step {
  return { name: `GET ${path}`, path, ...more };
}

export function post(path: string, body: object = {}, more: Partial<Step> = {}): Step {
  return { name: `POST ${path} ${JSON.stringify(body)}`, method: "POST", path, body, ...more };
}
