import type { TypedResponse } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** What every answer of the API carries: it depends on who asks, and is what it says it is. */
export const apiHeaders = { "cache-control": "no-store", "x-content-type-options": "nosniff" } as const;

const jsonHeaders = { ...apiHeaders, "content-type": "application/json" };

/**
 * A JSON answer with the headers of the API, typed as by `c.json`. Made at once and whole, as a Headers object that is
 * first made and then read again is what an authenticated GET would spend most of its own time on.
 */
export function json<Body extends object, Status extends ContentfulStatusCode>(body: Body, status: Status) {
  return new Response(JSON.stringify(body), { status, headers: jsonHeaders }) as Response &
    TypedResponse<Body, Status, "json">;
}
