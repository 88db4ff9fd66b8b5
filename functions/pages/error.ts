import { html } from "hono/html";
import type { AppError } from "../../shared/errors.ts";
import type { Assets } from "./assets.ts";
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
