import { html } from "hono/html";
import { z } from "zod";
import { events } from "../../../shared/contracts/events.ts";
import { errorTable } from "../../../shared/errors.ts";
import type { Assets } from "../assets.ts";
import { type Html, layout } from "../layout.ts";
import { errorAnchor, type OpenApi, type Operation, operationSection, operationsOf } from "./operation.ts";
import { type JsonSchema, prose, shapeAnchor, whole } from "./schema.ts";

interface Event {
  name: string;
  anchor: string;
  description: string | undefined;
  payload: JsonSchema;
}

/** The whole API on one page, from its OpenAPI document and the sockets' schemas. */
export function docsPage(assets: Pick<Assets, "docsStyle">, document: OpenApi): Html {
  const operations = operationsOf(document);
  const schemas = Object.entries(events).map(([name, schema]) => [name, z.toJSONSchema(schema) as JsonSchema] as const);
  const told = schemas.map(([name, schema]) => eventOf(name, schema));
  const shapes = {
    ...document.components?.schemas,
    ...Object.assign({}, ...schemas.map(([, { $defs }]) => $defs)),
  } as Record<string, JsonSchema>;
  return layout({
    title: "API · Kith",
    style: assets.docsStyle,
    body: html`<a class="skip" href="#main">Skip to the text</a>
<div class="docs">
<nav aria-label="Contents">
<p class="brand"><a href="/">Kith</a></p>
${contents("requests", "Requests", operations.map(operationLink))}
${contents(
  "events",
  "Events",
  told.map(({ name, anchor }) => html`<a href="#${anchor}"><code>${name}</code></a>`),
)}
${contents(
  "shapes",
  "Shapes",
  Object.keys(shapes).map((name) => html`<a href="#${shapeAnchor(name)}">${name}</a>`),
)}
${contents("errors", "Errors", [])}
</nav>
<main id="main" tabindex="-1">
<h1>The API of Kith</h1>
${document.info.description && html`<p>${prose(document.info.description)}</p>`}
<p>The same for programs: <a href="/api/openapi.json">the OpenAPI document</a>.</p>
<h2 id="requests">Requests</h2>
<p>Bodies and answers are JSON. In a body, every field is required unless it is marked as optional, and no other field is allowed.</p>
${operations.map(operationSection)}
<h2 id="events">Events</h2>
<p>A socket is opened with the session's cookie, over WebSocket only. The server sends these; a client that sends any event is disconnected.</p>
${told.map(eventSection)}
<h2 id="shapes">Shapes</h2>
${Object.entries(shapes).map(
  ([name, schema]) => html`<section class="card">
<h3 id="${shapeAnchor(name)}"><a href="#${shapeAnchor(name)}">${name}</a></h3>
${whole(schema)}
</section>
`,
)}
<h2 id="errors">Errors</h2>
<p>Every error is an <a href="#${shapeAnchor("Error")}">Error</a> with one of these codes.</p>
<dl class="card">
${Object.entries(errorTable).map(
  ([code, [status, sentence]]) => html`<div id="${errorAnchor(code)}"><dt><code>${code}</code> ${status}</dt>
<dd>${sentence}</dd></div>
`,
)}
</dl>
</main>
</div>`,
  });
}

/** Its description stands by itself, its payload without it. */
function eventOf(name: string, { description, ...payload }: JsonSchema): Event {
  return { name, anchor: `event-${name}`, description, payload };
}

function eventSection({ name, anchor, description, payload }: Event): Html {
  return html`<section class="card">
<h3 id="${anchor}"><a href="#${anchor}"><code>${name}</code></a></h3>
${description && html`<p>${prose(description)}</p>`}
<h4>Payload</h4>
${whole(payload)}
</section>
`;
}

function contents(anchor: string, title: string, links: Html[]): Html {
  return html`<p><a href="#${anchor}">${title}</a></p>
${links.length > 0 && html`<ul>${links.map((link) => html`<li>${link}</li>`)}</ul>`}`;
}

function operationLink({ anchor, method, path }: Operation): Html {
  return html`<a href="#${anchor}"><span class="method">${method}</span> <code>${path}</code></a>`;
}
