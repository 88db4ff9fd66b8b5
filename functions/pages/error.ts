import type { Context } from "hono";
import { html } from "hono/html";
import type { AppError } from "../../shared/errors.ts";
import type { Env } from "../http/api.ts";
import { errorResponse, requestIdOf, setRetryAfter } from "../http/errors.ts";
import type { Assets } from "./assets.ts";
import { setPageHeaders } from "./headers.ts";
import { cardPage } from "./layout.ts";

const titles: Partial<Record<AppError["code"], string>> = {
  not_found: "Page not found",
  method_not_allowed: "This request does not work here",
  origin_refused: "Request refused",
  unavailable: "Not available right now",
};

/** What a browser is shown when a page cannot be; the request's id is for whoever reads the log. */
export function errorPage(error: AppError, requestId: string, assets: Pick<Assets, "style">): string {
  const page = cardPage(
    { style: assets.style },
    titles[error.code] ?? "That did not work",
    html`<h1>${titles[error.code] ?? "That did not work"}</h1>
<p>${error.message}</p>
<p><a class="button primary" href="/">Go to the home page</a></p>
${error.status >= 500 && html`<p class="hint">If you report this, give the request ID: <code>${requestId}</code></p>`}`,
  );
  // Without promises among its values, `html` gives no promise itself.
  return String(page);
}

/** An error as who asked can read it: a page for a browser that wants one, and JSON for everybody else. */
export function answerError(c: Context<Env>, error: AppError, assets: Pick<Assets, "style">): Response {
  const isPage = !c.req.path.startsWith("/api/") && c.req.header("accept")?.includes("text/html");
  if (!isPage) return errorResponse(c, error);
  setPageHeaders(c);
  setRetryAfter(c, error);
  return c.html(errorPage(error, requestIdOf(c), assets), error.status);
}
