import assert from "node:assert/strict";
import type { Visitor } from "../world.ts";

/** One path that every side answers. */
export interface Route {
  title: string;
  path: string;
  /** How many queries it needs. */
  reads: number;
  answerFor(visitor: Visitor): unknown;
}

export const routes: Route[] = [
  {
    title: "GET that needs the session only",
    path: "/bench/session",
    reads: 1,
    answerFor: ({ person }) => ({ user: person.id }),
  },
  { title: "GET /api/me, session and user", path: "/api/me", reads: 2, answerFor: ({ person }) => person },
];

/** Throws unless a server knows its visitors, each as who they are, and nobody else. */
export async function verify(side: string, url: string, visitors: readonly Visitor[]): Promise<void> {
  for (const { path, answerFor } of routes) {
    for (const visitor of [visitors[0], visitors[1], visitors[250], visitors.at(-1)] as Visitor[]) {
      const response = await fetch(url + path, { headers: { cookie: visitor.cookie } });
      const text = await response.text();
      assert.equal(response.status, 200, `${side} answers ${path} with ${response.status}: ${text}`);
      assert.deepEqual(JSON.parse(text), answerFor(visitor), `${side} takes a visitor of ${path} for somebody else`);
    }
    const forged = (visitors[0] as Visitor).cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const cookie of [undefined, forged]) {
      const response = await fetch(url + path, cookie === undefined ? {} : { headers: { cookie } });
      await response.text();
      assert.equal(response.status, 401, `${side} answers ${path} without a good cookie with ${response.status}`);
    }
  }
}
