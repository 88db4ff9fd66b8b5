import { HttpResponse, http } from "msw";
import { describe, expect, test, vi } from "vitest";
import { createFeed, type FeedState } from "../../functions/pages/browser/kit/index.ts";
import type { Comment } from "../../shared/contracts/comments.ts";
import type { Person } from "../../shared/contracts/people.ts";
import { fakeSocket } from "../helpers/fake-socket.ts";
import { network } from "../helpers/no-network.ts";

const api = "http://kith.test";
const at = (n: number) => n.toString(16).padStart(16, "0");
const person = (id: string): Person => ({ id, username: id, firstName: id, lastName: "Moreau" });
const comment = (n: number, author: string): Comment => ({
  id: `id-${n}`,
  author: person(author),
  body: `words ${n}`,
  createdAt: "2026-01-01T00:00:00.000Z",
  position: at(n),
});
const times = { expiresAt: "2026-01-02T00:00:00.000Z", endsAt: "2026-01-03T00:00:00.000Z" };
const refusal = () =>
  HttpResponse.json({ code: "unauthenticated", message: "Sign in first.", requestId: "1" }, { status: 401 });
const empty = { removed: [], complete: true, friends: [], incoming: [], outgoing: [], blocked: [] };

/** A live feed of ada's, in a browser that turns ben's when `cookie` says so; each keeps to their own comments. */
async function start() {
  const browser = { cookie: "ada" };
  const named: (string | null)[] = [];
  const answer =
    (make: (who: string, url: string) => object) =>
    ({ request }: { request: Request }) => {
      const meant = request.headers.get("kith-user");
      named.push(meant);
      return meant === browser.cookie ? HttpResponse.json(make(browser.cookie, request.url)) : refusal();
    };
  network.use(
    http.get(
      `${api}/api/comments`,
      answer((who, url) => ({ ...empty, comments: [comment(2, who)], next: url.includes("after=") ? null : at(2) })),
    ),
    http.get(
      `${api}/api/friends`,
      answer((who) => ({ ...empty, friends: [person(`${who}s-friend`)], next: "more" })),
    ),
    http.get(`${api}/api/session`, ({ request }) => {
      expect(request.headers.get("kith-user")).toBeNull();
      return HttpResponse.json({ ...times, user: person(browser.cookie) });
    }),
  );
  const { socket, emit } = fakeSocket();
  const states: FeedState[] = [];
  const feed = createFeed({
    api,
    realtime: api,
    connect: () => socket,
    random: () => 0,
    onChange: (state) => states.push(state),
  });
  feed.start();
  const join = async (who: string) => {
    browser.cookie = who;
    emit("me", { user: person(who), session: times, time: at(9) });
    await vi.waitFor(() =>
      expect(feed.state).toMatchObject({ connection: { state: "live" }, people: { isLoaded: true } }),
    );
  };
  await join("ada");
  return { feed, browser, named, states, emit, join };
}

/** What of a state is somebody's. */
function owners({ me, ownerId, comments, people }: FeedState): string[] {
  const shown = [
    ...comments.map(({ author }) => author.id),
    ...people.friends.map(({ id }) => id.replace("s-friend", "")),
  ];
  return [...new Set([...(me ? [me.id] : []), ...(ownerId === undefined ? [] : [ownerId]), ...shown])];
}

describe("somebody else is signed in now", () => {
  test("by the socket's `me`: no state is of two people, and theirs comes after an empty one", async () => {
    const { feed, states, emit, join } = await start();
    emit("disconnect", "transport close");
    feed.retryNow();
    await join("ben");
    expect(states.map(owners).filter((each) => each.length > 1)).toEqual([]);
    expect(states.find(({ ownerId }) => ownerId === "ben")).toMatchObject({
      me: undefined,
      comments: [],
      isLoaded: false,
      people: { friends: [], isLoaded: false },
    });
    expect(owners(feed.state)).toEqual(["ben"]);
  });

  test("by the end of a session: the name is gone at once, the rest with the next name at the latest", async () => {
    const { feed, browser, states, emit, join } = await start();
    browser.cookie = "ben";
    emit("session", { state: "ended", at: "", reason: "replaced" });
    expect(feed.state).toMatchObject({ me: undefined, connection: { state: "offline" } });
    await vi.waitFor(() => expect(feed.state).toMatchObject({ ownerId: "ben", comments: [] }));
    await join("ben");
    expect(states.map(owners).filter((each) => each.length > 1)).toEqual([]);
  });

  test("by an answer, where the socket has not been told yet: nothing of theirs is taken for the former one's", async () => {
    const { feed, browser, states, emit } = await start();
    browser.cookie = "ben";
    emit("resync", { reason: "" });
    await vi.waitFor(() => expect(feed.state.ownerId).toBe("ben"));
    expect(states.map(owners).filter((each) => each.length > 1)).toEqual([]);
  });

  test("requests name whom they are meant for, once that is known", async () => {
    const { named, join } = await start();
    await join("ben").catch(() => {});
    expect(new Set(named)).toEqual(new Set(["ada"]));
  });
});

describe("what the former one asked for", () => {
  test.each([
    ["loadOlder", "get", "comments", { ...empty, comments: [comment(1, "ada")], next: null }],
    ["loadMoreFriends", "get", "friends", { ...empty, friends: [person("adas-other-friend")], next: null }],
    ["search", "get", "users", { people: [person("cleo")] }],
    ["want", "put", "friends/cleo", { person: person("cleo"), state: "outgoing" }],
    ["unwant", "delete", "friends/cleo", { person: person("cleo"), state: "incoming" }],
    ["comment", "post", "comments", comment(8, "ada")],
    ["removeComment", "delete", "comments/id-2", {}],
  ] as const)("%s: its late answer changes nothing, and is told as given up", async (name, method, path, body) => {
    const { feed, emit, join } = await start();
    const asked = Promise.withResolvers<void>();
    const { promise, resolve } = Promise.withResolvers<Response>();
    network.use(
      http[method](
        `${api}/api/${path}`,
        () => {
          asked.resolve();
          return promise as Promise<never>;
        },
        { once: true },
      ),
    );
    const settled = (feed[name] as (argument: string) => Promise<unknown>)(
      name === "removeComment" ? "id-2" : "cleo",
    ).then(
      () => "done",
      (error) => error.code,
    );
    await asked.promise;
    emit("disconnect", "transport close");
    feed.retryNow();
    await join("ben");
    const before = feed.state;
    expect(await settled).toBe("superseded");
    resolve(HttpResponse.json(body));
    await new Promise((done) => setTimeout(done, 20));
    expect(feed.state).toEqual(before);
    expect(feed.state.comments.map(({ id }) => id)).toEqual(["id-2"]);
  });

  test("an unsent text is not theirs: sent again by the next one, it is another comment", async () => {
    const { feed, emit, join } = await start();
    const keys: (string | null)[] = [];
    network.use(
      http.post(`${api}/api/comments`, ({ request }) => {
        keys.push(request.headers.get("idempotency-key"));
        return HttpResponse.error();
      }),
    );
    await feed.comment("hello").catch(() => {});
    emit("disconnect", "transport close");
    feed.retryNow();
    await join("ben");
    await feed.comment("hello").catch(() => {});
    expect(new Set(keys).size).toBe(2);
  });

  test("a comment that was saved as somebody else's is not shown", async () => {
    const { feed } = await start();
    network.use(http.post(`${api}/api/comments`, () => HttpResponse.json(comment(8, "ben"), { status: 201 })));
    await feed.comment("hello");
    expect(feed.state.comments.map(({ id }) => id)).toEqual(["id-2"]);
  });
});

describe("a session that is about to end", () => {
  const warn = { state: "expiring", at: "2026-01-02T00:00:00.000Z" };
  const warned = (reason: string) => ({ at: Date.parse(warn.at), reason });

  test("for not being used: is told until something is asked for", async () => {
    const { feed, emit } = await start();
    expect(feed.state.ending).toBeUndefined();
    emit("session", { ...warn, reason: "idle" });
    expect(feed.state.ending).toEqual(warned("idle"));
    await feed.loadMoreFriends();
    expect(feed.state.ending).toBeUndefined();
  });

  test("is another's matter when somebody else is signed in", async () => {
    const { feed, emit } = await start();
    emit("session", { ...warn, reason: "absolute" });
    emit("disconnect", "transport close");
    feed.retryNow();
    emit("me", { user: person("ben"), session: times, time: at(9) });
    expect(feed.state.ending).toBeUndefined();
  });
});
