import { HttpResponse, http } from "msw";
import { expect, vi } from "vitest";
import { createFeed, type Feed } from "../../functions/pages/browser/kit/index.ts";
import type { Comment, FeedPage } from "../../shared/contracts/comments.ts";
import type { EventName, EventPayload } from "../../shared/contracts/events.ts";
import type { Person } from "../../shared/contracts/people.ts";
import { fakeSocket } from "./fake-socket.ts";
import { network } from "./no-network.ts";

export const api = "http://kith.test";
export const at = (n: number) => n.toString(16).padStart(16, "0");
export const person = (id: string): Person => ({ id, username: id, firstName: id.toUpperCase(), lastName: "Moreau" });
export const ada = person("ada");
export const ben = person("ben");
const session = { expiresAt: "2026-01-02T00:00:00.000Z", endsAt: "2026-01-03T00:00:00.000Z" };

export function comment(n: number, author = ben): Comment {
  return { id: `id-${n}`, author, body: `words ${n}`, createdAt: "2026-01-01T00:00:00.000Z", position: at(n) };
}
export function page(comments: Comment[], more: Partial<FeedPage> = {}): FeedPage {
  return { comments, removed: [], next: null, complete: true, authorsTag: "ada and ben", ...more };
}

/** A feed on a socket of ours and an API that answers GET /api/comments with `pages`, one after the other. */
export function startFeed(pages: (FeedPage | (() => Promise<FeedPage>) | "no answer")[] = []) {
  const asked: Record<string, string>[] = [];
  network.use(
    http.get(`${api}/api/comments`, async ({ request }) => {
      asked.push(Object.fromEntries(new URL(request.url).searchParams));
      const next = pages.shift();
      if (next === undefined) throw new Error("More pages were asked for than this test has.");
      if (next === "no answer") return HttpResponse.error();
      return HttpResponse.json(typeof next === "function" ? await next() : next);
    }),
    http.get(`${api}/api/friends`, () =>
      HttpResponse.json({ friends: [ben], incoming: [], outgoing: [], blocked: [], next: null }),
    ),
  );
  const { socket, emit } = fakeSocket();
  const states: string[] = [];
  const feed = createFeed({
    api,
    realtime: "http://live.kith.test",
    connect: () => socket,
    random: () => 0,
    onChange: ({ connection }) => void (states.at(-1) !== connection.state && states.push(connection.state)),
  });
  feed.start();
  const tell = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => emit(name, payload);
  return {
    feed,
    asked,
    states,
    tell,
    join: (time: number, user = ada) => tell("me", { user, session, time: at(time) }),
    lose() {
      emit("disconnect", "transport close");
      feed.retryNow();
    },
  };
}
export const ids = (feed: Feed) => feed.state.comments.map(({ id }) => id);
export const live = (feed: Feed) => vi.waitFor(() => expect(feed.state.connection.state).toBe("live"));

/** A page that arrives when the test says so. */
export function later(answer: FeedPage) {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { page: () => promise.then(() => answer), arrive: resolve };
}
