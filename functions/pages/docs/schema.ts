import { html } from "hono/html";
import type { Html } from "../layout.ts";

/** As much of a JSON schema as the contracts make use of. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

/** Text in which what stands between backticks is code. */
export function prose(text: string): Html[] {
  return text.split("`").map((part, index) => (index % 2 ? html`<code>${part}</code>` : html`${part}`));
}

/** Where the page shows a shape. */
export const shapeAnchor = (name: string) => `shape-${name}`;

/** A whole body, answer or payload. */
export function whole(schema: JsonSchema): Html {
  return html`<div class="schema">${schema.properties ? fields(schema) : typeOf(schema)}</div>`;
}

/** A value's type in words, with its limits, and beneath it the fields or the choices that it has. */
function typeOf(schema: JsonSchema): Html {
  const limits = limitsOf(schema);
  return html`<span class="type">${nameOf(schema)}</span>${
    limits.length > 0 && html` <span class="limits">${limits}</span>`
  }${insideOf(schema)}`;
}

/** The fields of an object, one below the other. */
function fields({ properties = {}, required = [] }: JsonSchema): Html {
  return html`<ul class="fields">
${Object.entries(properties).map(([name, schema]) => field(name, schema, required.includes(name)))}
</ul>`;
}

/** A named value, and whether it has to be there. */
export function field(name: string, schema: JsonSchema, isRequired: boolean): Html {
  return html`<li><code class="name">${name}</code> ${!isRequired && html`<em>optional</em> `}${typeOf(schema)}</li>
`;
}

function nameOf(schema: JsonSchema): Html {
  const { $ref, const: constant, enum: values, items, additionalProperties, type } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf("/") + 1);
    return html`<a href="#${shapeAnchor(name)}">${name}</a>`;
  }
  if (constant !== undefined) return html`<code>${JSON.stringify(constant)}</code>`;
  if (values) return either(values.map((value) => html`<code>${JSON.stringify(value)}</code>`));
  if (items) return html`list of ${nameOf(items)}`;
  if (choicesOf(schema)) return html`one of`;
  if (schema.allOf) return html`all of`;
  if (typeof additionalProperties === "object") return html`object, each value ${nameOf(additionalProperties)}`;
  return html`${[type ?? "any value"].flat().join(" or ")}`;
}

function limitsOf(schema: JsonSchema): Html[] {
  const { description, format, pattern, items } = schema;
  return [
    ...rangeOf("characters", schema.minLength, schema.maxLength),
    ...rangeOf("", schema.minimum, schema.maximum),
    ...rangeOf("entries", schema.minItems, schema.maxItems),
    // The pattern of a format says the same at length.
    ...(format === undefined ? [] : [html`${format}`]),
    ...(pattern === undefined || format !== undefined ? [] : [html`matches <code>${pattern}</code>`]),
    ...(description === undefined ? [] : [html`${prose(description)}`]),
    ...(items ? limitsOf(items).map((limit) => html`each ${limit}`) : []),
  ].map((limit, index) => (index === 0 ? limit : html`; ${limit}`));
}

function rangeOf(what: string, min?: number, max?: number): Html[] {
  const highest = max === Number.MAX_SAFE_INTEGER ? undefined : max;
  if (min === undefined && highest === undefined) return [];
  const range =
    highest === undefined ? `at least ${min}` : min === undefined ? `at most ${highest}` : `${min} to ${highest}`;
  return [html`${`${range} ${what}`.trimEnd()}`];
}

function insideOf(schema: JsonSchema): Html | false {
  if (schema.properties) return fields(schema);
  if (schema.items) return insideOf(schema.items);
  const parts = choicesOf(schema) ?? schema.allOf;
  return (
    parts !== undefined &&
    html`<ul class="fields">
${parts.map((part) => html`<li>${typeOf(part)}</li>`)}
</ul>`
  );
}

function choicesOf({ oneOf, anyOf }: JsonSchema): JsonSchema[] | undefined {
  return oneOf ?? anyOf;
}

function either(parts: Html[]): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html` or ${part}`))}`;
}
