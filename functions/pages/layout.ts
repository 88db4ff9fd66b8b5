import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { type Assets, iconPath } from "./assets.ts";

/** A piece of HTML, escaped; never a plain string, which `html` would escape again. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Layout {
  title: string;
  style: string;
  body: Html;
  /** The page's script, and what it is told: where the sockets are, and whether this is development. */
  script?: { path: string; realtime: string; isDevelopment: boolean };
}

/** The whole document around a page. */
export function layout({ title, style, body, script }: Layout): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${iconPath}">
<link rel="stylesheet" href="${style}">
${
  script &&
  html`<meta name="kith-realtime" content="${script.realtime}">
${script.isDevelopment && html`<meta name="kith-development" content="true">`}
<script type="module" src="${script.path}"></script>`
}
</head>
<body>
${body}
</body>
</html>
`;
}

/** A page of one card on plain paper. */
export function cardPage(assets: Pick<Assets, "style">, title: string, card: Html): Html {
  return layout({
    title: `${title} · Kith`,
    style: assets.style,
    body: html`<main class="door">
<p class="brand">Kith</p>
<p class="claim">Words for your friends, and for nobody else.</p>
<div class="card">
${card}
</div>
</main>`,
  });
}
