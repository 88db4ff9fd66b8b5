import { html } from "hono/html";
import type { NodeStatus } from "../../shared/models/node.ts";
import type { Assets } from "../pages/assets.ts";
import { type Html, layout } from "../pages/layout.ts";
import type { Nodes, SeenNode } from "./nodes.ts";

const states: Record<NodeStatus, string> = { ready: "Ready", "not ready": "Not ready", draining: "Draining" };

const columns = [
  "Node",
  "State",
  "Up for",
  "Sockets",
  "People",
  "Stream age",
  "Reopens",
  "Resyncs",
  "Cuts",
  "Last beat",
];

/** What the realtime nodes tell of themselves. `renewal` in seconds. */
export function operatorPage(
  assets: Pick<Assets, "style">,
  { users, nodes }: Nodes,
  { isRenewing, renewal }: { isRenewing: boolean; renewal: number },
): Html {
  const alive = nodes.filter(({ isAlive }) => isAlive);
  const sockets = alive.reduce((sum, { figures }) => sum + (figures?.sockets ?? 0), 0);
  const renewing = isRenewing
    ? html`<a href="/operator">Stop refreshing</a>`
    : html`<a href="/operator?renew">Refresh every ${renewal} seconds</a>`;
  return layout({
    title: "Operator · Kith",
    style: assets.style,
    body: html`<main class="operator">
<p class="brand">Kith</p>
<h1>Operator</h1>
<p><strong>${count(users, "person", "people")}</strong> connected, <strong>${count(sockets, "socket")}</strong> on
<strong>${count(alive.length, "node")}</strong></p>
<p>${renewing}</p>
<h2 id="nodes">Nodes</h2>
${
  nodes.length === 0
    ? html`<p>No realtime node has been alive within the last hour. Start one: npm run start:realtime</p>`
    : html`<div class="card" role="region" aria-labelledby="nodes" tabindex="0">
<table>
<thead><tr>
${columns.map((name) => html`<th scope="col">${name}</th>`)}
</tr></thead>
<tbody>
${nodes.map(row)}
</tbody>
</table>
</div>`
}
<p class="hint">Each node reports this with every beat. Stream age: time since a change last arrived; while none arrives,
the node is not ready. Gone: it did not beat for so long that the others took it for dead; its people connect to another
one. Reopens: how often its change stream was opened again. Resyncs: how often all its sockets were told to load again.
Cuts: sockets closed because their client read too slowly.</p>
</main>`,
  });
}

function row({ _id, isAlive, age, quiet, figures }: SeenNode): Html {
  const cells = [
    isAlive ? (figures ? states[figures.status] : "Alive") : "Gone",
    inWords(isAlive ? age : age === null || quiet === null ? null : age - quiet),
    figures?.sockets ?? "–",
    figures?.users ?? "–",
    figures?.streamAge === null ? "None yet" : inWords(figures?.streamAge ?? null),
    figures?.reopens ?? "–",
    figures?.resyncs ?? "–",
    figures?.cuts ?? "–",
    quiet === null ? "–" : `${inWords(quiet)} ago`,
  ];
  const name = html`<th scope="row"><code>${_id.slice(0, 8)}</code></th>`;
  return html`<tr>${name}${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** A time in its largest unit, in whole ones. */
function inWords(milliseconds: number | null): string {
  if (milliseconds === null) return "–";
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? ["s", 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}
