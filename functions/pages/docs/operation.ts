import { html } from "hono/html";
import type { Html } from "../layout.ts";
import { field, type JsonSchema, prose, whole } from "./schema.ts";

/** As much of an OpenAPI document as the page shows. */
export interface OpenApi {
  info: { description?: string };
  paths?: Record<string, Record<string, Described>>;
  components?: { schemas?: Record<string, JsonSchema> };
}

interface Described {
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  required?: boolean;
  schema: JsonSchema;
}

type Content = Record<string, { schema: JsonSchema }>;

export interface Operation extends Described {
  /** In capital letters. */
  method: string;
  path: string;
  /** By which the page's addresses name it. */
  anchor: string;
}

const placeNames = { path: "Path", query: "Query", header: "Headers", cookie: "Cookies" } as const;

/** The operations of a document, in its order. */
export function operationsOf({ paths = {} }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      ...described,
      method: method.toUpperCase(),
      path,
      anchor: `${method}${path.replace(/[^\w]+/g, "-").replace(/-$/, "")}`,
    })),
  );
}

/** Where the page shows an error's code. */
export const errorAnchor = (code: string) => `error-${code}`;

export function operationSection(operation: Operation): Html {
  const { anchor, method, path, summary, description, parameters = [], requestBody } = operation;
  const answers = Object.entries(operation.responses);
  return html`<section class="card">
<h3 id="${anchor}"><a href="#${anchor}"><span class="method">${method}</span> <code>${path}</code></a></h3>
${summary && html`<p>${prose(summary)}.</p>`}
${description && html`<p>${prose(description)}</p>`}
${(Object.keys(placeNames) as Parameter["in"][]).map((place) => parametersIn(place, parameters))}
${requestBody && html`<h4>Body</h4>${contentOf(requestBody.content)}`}
<h4>Answers</h4>
<ul class="answers">
${answers
  .filter(([status]) => !isError(status))
  .map(
    ([status, answer]) => html`<li><strong>${status}</strong> ${prose(answer.description)}${
      answer.content && contentOf(answer.content)
    }</li>
`,
  )}
</ul>
<h4>Errors</h4>
<ul class="errors">
${answers.filter(([status]) => isError(status)).map(([status, answer]) => errorsOf(status, answer.description))}
</ul>
</section>
`;
}

const isError = (status: string) => Number(status) >= 400;

function parametersIn(place: Parameter["in"], parameters: Parameter[]): Html | false {
  const those = parameters.filter((parameter) => parameter.in === place);
  return (
    those.length > 0 &&
    html`<h4>${placeNames[place]}</h4>
<ul class="fields">
${those.map(({ name, schema, required = false }) => field(name, schema, required))}
</ul>`
  );
}

function contentOf(content: Content): Html {
  return html`${Object.values(content).map(({ schema }) => whole(schema))}`;
}

/** The codes that a description names; what they mean stands once, at the end of the page. */
function errorsOf(status: string, description: string): Html {
  const codes = [...description.matchAll(/`(\w+)`:/g)].map(([, code = ""]) => code);
  return html`<li><strong>${status}</strong> ${
    codes.length === 0
      ? prose(description)
      : codes.map((code) => html`<a href="#${errorAnchor(code)}"><code>${code}</code></a> `)
  }</li>
`;
}
