import { expect, test } from "vitest";
import type { SeenNode } from "../../functions/operator/nodes.ts";
import { operatorPage } from "../../functions/operator/page.ts";

const figures = { status: "ready", sockets: 3, users: 2, streamAge: 4_900, reopens: 1, resyncs: 0, cuts: 7 } as const;
const node = (own: Partial<SeenNode>): SeenNode => ({
  ...{ _id: "0123456789abcdef", isAlive: true, age: 90_000, quiet: 2_100, figures },
  ...own,
});

function shown(...nodes: SeenNode[]): { text: string; rows: string[] } {
  const options = { isRenewing: false, renewal: 5 };
  const page = String(operatorPage({ style: "/style.css" }, { users: 1, nodes }, options));
  const rows = [...page.matchAll(/<tr><th scope="row">.*?<\/tr>/gs)].map(([row]) => row);
  const plain = (html: string) =>
    html
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim();
  return { text: plain(page), rows: rows.map(plain) };
}

test("tells of each node in words, and of the living in all", () => {
  const { text, rows } = shown(
    node({}),
    node({ figures: { ...figures, status: "not ready", sockets: 1, streamAge: null }, age: 3 * 86_400_000 }),
    node({ isAlive: false, age: 7_260_000, quiet: 60_000 }),
  );
  expect(text).toContain("1 person connected, 4 sockets on 2 nodes");
  expect(rows).toEqual([
    "01234567 Ready 1 min 3 2 4 s 1 0 7 2 s ago",
    "01234567 Not ready 3 d 1 2 None yet 1 0 7 2 s ago",
    // It was up for as long as it beat.
    "01234567 Gone 2 h 3 2 4 s 1 0 7 1 min ago",
  ]);
});

test("says so where there is no node, and where one of an earlier version tells nothing", () => {
  expect(shown().text).toContain("No realtime node has been alive within the last hour.");
  const { figures: _, ...silent } = node({ age: null, quiet: null });
  expect(shown(silent).rows).toEqual(["01234567 Alive – – – – – – – –"]);
});
