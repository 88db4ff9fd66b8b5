import type { Config } from "../../shared/config.ts";

/** Where the browser finds the sockets: an origin; undefined where that is the page's own. */
export function realtimeUrlFor(
  config: Pick<Config, "environment" | "realtimePort" | "realtimeUrl">,
  requestUrl: string,
): string | undefined {
  if (config.realtimeUrl) return new URL(config.realtimeUrl).origin;
  if (config.environment === "production") return undefined;
  // The host that the person typed, as the cookie belongs to it: localhost and 127.0.0.1 are different ones.
  return `http://${new URL(requestUrl).hostname}:${config.realtimePort}`;
}

/** The same place as a Content-Security-Policy names it. */
export function socketSource(realtimeUrl: string): string {
  return realtimeUrl.replace(/^http/, "ws");
}
