import { HttpResponse, http } from "msw";
import { describe, expect, test, vi } from "vitest";
import { ApiError } from "../../functions/pages/browser/kit/index.ts";
import type { Friendship } from "../../shared/contracts/friends.ts";
import { api, comment, liveFeed, person } from "../helpers/live-feed.ts";
import { network } from "../helpers/no-network.ts";

test("what is new over the socket is told once, and notices are", async () => {
  const { tell, heard } = await liveFeed();
  for (const n of [10, 10, 3]) tell("comment", comment(n, "ben"));
  tell("notice", { kind: "friendRequest", from: person("dan") });
  expect(heard).toEqual(["id-10", "friendRequest dan"]);
});

describe("commenting", () => {
  test("a text has one key until it is acknowledged, another text another", async () => {
    const keys: (string | null)[] = [];
    const answers = [
      () => HttpResponse.error(),
      () => HttpResponse.json(comment(5, "ada"), { status: 200 }),
      () => HttpResponse.json(comment(6, "ada"), { status: 201 }),
      () => HttpResponse.json({ code: "idempotency_mismatch", message: "Used.", requestId: "1" }, { status: 409 }),
      () => HttpResponse.json(comment(7, "ada"), { status: 201 }),
    ];
    const { feed } = await liveFeed();
    network.use(
      http.post(`${api}/api/comments`, ({ request }) => {
        keys.push(request.headers.get("idempotency-key"));
        return answers.shift()?.() as Response;
      }),
    );
    await expect(feed.comment("hello")).rejects.toMatchObject({ code: "network" });
    await feed.comment("hello");
    await feed.comment("hello");
    await expect(feed.comment("again")).rejects.toMatchObject({ code: "idempotency_mismatch" });
    await feed.comment("again");
    expect(keys[1]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(4);
  });

  test("removing one's own takes it from the list when the API has done it", async () => {
    network.use(http.delete(`${api}/api/comments/id-2`, () => new HttpResponse(null, { status: 204 })));
    const { feed, ids } = await liveFeed();
    await feed.removeComment("id-2");
    expect(ids()).toEqual(["id-3"]);
  });
});

describe("friends", () => {
  const friendship = (id: string, state: Friendship["state"]): Friendship => ({ person: person(id), state });

  test("who is no friend any more is gone from the list, also from a page that was read before", async () => {
    network.use(http.delete(`${api}/api/friends/ben`, () => HttpResponse.json(friendship("ben", "none"))));
    const { feed, ids } = await liveFeed();
    const read = Promise.withResolvers<Response>();
    network.use(http.get(`${api}/api/comments`, () => read.promise as Promise<never>));
    const older = feed.loadOlder();
    await feed.unwant("ben");
    read.resolve(HttpResponse.json({ comments: [comment(1, "ben"), comment(0, "cleo")], removed: [], next: null }));
    await older;
    expect(ids()).toEqual(["id-2", "id-0"]);
    expect(feed.state.people.friends).toEqual([]);
  });

  test("a new friend's earlier comments are read, once, though the API and the socket both tell of them", async () => {
    network.use(http.put(`${api}/api/friends/cleo`, () => HttpResponse.json(friendship("cleo", "friends"))));
    const { feed, tell, reads } = await liveFeed();
    await feed.want("cleo");
    tell("friend", friendship("cleo", "friends"));
    await vi.waitFor(() => expect(feed.state.connection.state).toBe("live"));
    expect(reads()).toBe(2);
    expect(feed.state.people).toMatchObject({ friends: [person("ben"), person("cleo")], incoming: [] });
  });

  test("who is blocked moves to the list of who is, with their comments gone, and out of it when unblocked", async () => {
    network.use(
      http.put(`${api}/api/blocks/ben`, () => HttpResponse.json(friendship("ben", "blocked"))),
      http.delete(`${api}/api/blocks/ben`, () => HttpResponse.json(friendship("ben", "none"))),
    );
    const { feed, ids } = await liveFeed();
    await feed.block("ben");
    expect(ids()).toEqual(["id-2"]);
    expect(feed.state.people).toMatchObject({ friends: [], blocked: [person("ben")] });
    await feed.unblock("ben");
    expect(feed.state.people).toMatchObject({ friends: [], blocked: [] });
  });

  test("what the socket tells of a friendship is not undone by an answer that comes after it", async () => {
    const answer = Promise.withResolvers<Response>();
    network.use(http.put(`${api}/api/friends/ben`, () => answer.promise as Promise<never>));
    const { feed, tell, ids } = await liveFeed();
    const shown = ids();
    const asked = feed.want("ben");
    tell("friend", friendship("ben", "friends"));
    answer.resolve(HttpResponse.json(friendship("ben", "outgoing")));
    await asked;
    await vi.waitFor(() => expect(feed.state.connection.state).toBe("live"));
    expect(ids()).toEqual(shown);
    expect(feed.state.people.friends).toMatchObject([person("ben")]);
  });

  test("a new friend's earlier comments are read as of the time at which the friendship was told, or later", async () => {
    const times: (string | null)[] = [];
    const { feed, tell } = await liveFeed();
    network.use(
      http.get(`${api}/api/comments`, ({ request }) => {
        times.push(new URL(request.url).searchParams.get("time"));
      }),
    );
    const time = "f".repeat(16);
    tell("friend", { ...friendship("cleo", "friends"), time });
    await vi.waitFor(() => expect(feed.state.connection.state).toBe("live"));
    expect(times).toEqual([time]);
  });

  test("an event that comes while the list is read is not lost in an older answer", async () => {
    const { feed, tell } = await liveFeed();
    tell("resync", { reason: "" });
    tell("friend", friendship("dan", "incoming"));
    await vi.waitFor(() => expect(feed.state.connection.state).toBe("live"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(feed.state.people.incoming).toEqual([person("cleo"), person("dan")]);
  });
});

describe("failures", () => {
  test("have the API's code and its sentence, the field's where there is one", async () => {
    network.use(
      http.get(`${api}/api/users`, () =>
        HttpResponse.json(
          { code: "invalid_input", message: "Something.", requestId: "1", fields: { q: "The search is too long." } },
          { status: 400 },
        ),
      ),
    );
    const { feed } = await liveFeed();
    await expect(feed.search("x")).rejects.toMatchObject({ code: "invalid_input", message: "The search is too long." });
  });

  test.each([
    ["a proxy's page", () => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 })],
    ["a page in place of an answer", () => new HttpResponse("<h1>Welcome</h1>", { status: 200 })],
  ])("are told apart from %s", async (_, answer) => {
    network.use(http.get(`${api}/api/users`, answer));
    const { feed } = await liveFeed();
    const failure = await feed.search("x").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ code: "unreadable" });
  });

  test("that say that nobody is signed in lead to the question whether the session has ended", async () => {
    network.use(
      http.get(`${api}/api/users`, () =>
        HttpResponse.json({ code: "unauthenticated", message: "Sign in first.", requestId: "1" }, { status: 401 }),
      ),
    );
    const { feed } = await liveFeed();
    await expect(feed.search("x")).rejects.toMatchObject({ code: "unauthenticated" });
    expect(feed.state.me).toBeUndefined();
    // It is asked again for some seconds before it is believed.
    await vi.waitFor(() => expect(feed.state.connection).toEqual({ state: "ended", reason: "unknown" }), 5_000);
  });
});
