import type { Context } from "hono";

/**
 * The headers of every page. Nothing inline and nothing from elsewhere runs or loads; only sockets may be elsewhere.
 * The referrer stays within the origin; `no-referrer` would make browsers send `Origin: null` with the forms.
 */
export function setPageHeaders(c: Context, ...connectSources: string[]): void {
  c.header("cache-control", "no-store");
  c.header("x-content-type-options", "nosniff");
  c.header("referrer-policy", "same-origin");
  c.header(
    "content-security-policy",
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      ["connect-src 'self'", ...connectSources].join(" "),
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  );
}
