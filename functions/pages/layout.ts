import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { iconPath } from "./assets.ts";

/** A piece of HTML, escaped; never a plain string, which `html` would escape again. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Layout {
  title: string;
  style: string;
  body: Html;
  /** The path of the page's script. */
  script?: string;
  /** What the script reads of the page's meta elements, by name. */
  meta?: Record<string, string>;
}

/** The whole document around a page. */
export function layout({ title, style, body, script, meta = {} }: Layout): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${iconPath}">
<link rel="stylesheet" href="${style}">
${Object.entries(meta).map(([name, content]) => html`<meta name="${name}" content="${content}">`)}
${script && html`<script type="module" src="${script}"></script>`}
</head>
<body>
${body}
</body>
</html>
`;
}

/** A page of one card on plain paper, with a script or without. */
export function cardPage(files: Pick<Layout, "style" | "script">, title: string, card: Html): Html {
  return layout({
    title: `${title} · Kith`,
    ...files,
    body: html`<main class="door">
<p class="brand">Kith</p>
<p class="claim">Words for your friends, and for nobody else.</p>
<div class="card">
${card}
</div>
</main>`,
  });
}
