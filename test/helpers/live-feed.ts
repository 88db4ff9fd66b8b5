import { HttpResponse, http } from "msw";
import { expect, vi } from "vitest";
import { createFeed } from "../../functions/pages/browser/kit/index.ts";
import type { Comment } from "../../shared/contracts/comments.ts";
import type { Person } from "../../shared/contracts/people.ts";
import { fakeSocket } from "./fake-socket.ts";
import { network } from "./no-network.ts";

export const api = "http://kith.test";
export const at = (n: number) => n.toString(16).padStart(16, "0");
export const person = (id: string): Person => ({ id, username: id, firstName: id, lastName: "Moreau" });
export const comment = (n: number, author: string): Comment => ({
  id: `id-${n}`,
  author: person(author),
  body: `words ${n}`,
  createdAt: "2026-01-01T00:00:00.000Z",
  position: at(n),
});

/** A live feed of ada's, with ben for a friend and one comment of each. */
export async function liveFeed() {
  let reads = 0;
  network.use(
    http.get(`${api}/api/comments`, () => {
      reads += 1;
      return HttpResponse.json({
        comments: [comment(3, "ben"), comment(2, "ada")],
        removed: [],
        next: at(2),
        complete: true,
      });
    }),
    http.get(`${api}/api/friends`, () =>
      HttpResponse.json({
        friends: [person("ben")],
        incoming: [person("cleo")],
        outgoing: [],
        blocked: [],
        next: null,
      }),
    ),
    http.get(`${api}/api/session`, () =>
      HttpResponse.json({ code: "unauthenticated", message: "Sign in first.", requestId: "1" }, { status: 401 }),
    ),
  );
  const { socket, emit: tell } = fakeSocket();
  const heard: string[] = [];
  const feed = createFeed({
    api,
    realtime: api,
    connect: () => socket,
    random: () => 0,
    onChange() {},
    onComment: ({ id }) => heard.push(id),
    onNotice: ({ kind, from }) => heard.push(`${kind} ${from.id}`),
  });
  feed.start();
  tell("me", { user: person("ada"), session: {}, time: at(9) });
  await vi.waitFor(() =>
    expect(feed.state).toMatchObject({ connection: { state: "live" }, people: { isLoaded: true } }),
  );
  const ids = () => feed.state.comments.map(({ id }) => id);
  return { feed, tell, heard, ids, reads: () => reads };
}
