import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createFeed } from "../../functions/pages/browser/kit/index.ts";
import { fakeSocket } from "../helpers/fake-socket.ts";

const api = "http://kith.test";
const person = (id: string) => ({ id, username: id, firstName: id, lastName: "Test" });
const me = { user: person("ada"), session: {}, time: "0".repeat(16) };
let friends = [person("ben")];
const network = setupServer(
  http.get(`${api}/api/friends`, () =>
    HttpResponse.json({ friends, incoming: [], outgoing: [], blocked: [], next: null }),
  ),
  http.get(`${api}/api/comments`, () => HttpResponse.json({ comments: [], removed: [], next: null, complete: true })),
);
beforeAll(() => network.listen());
afterEach(() => network.resetHandlers());
afterAll(() => network.close());

test.each(["a connection", "a resync"])(
  "an answer from before %s says nothing about a friendship after it",
  async (kind) => {
    friends = [person("ben")];
    const { socket, emit } = fakeSocket();
    const feed = createFeed({ api, realtime: "", connect: () => socket, onChange() {}, random: () => 0 });
    const isLive = () =>
      vi.waitFor(() => expect([feed.state.connection.state, feed.state.people.isLoaded]).toEqual(["live", true]));
    feed.start();
    emit("me", me);
    await isLive();
    const answer = Promise.withResolvers<Response>();
    network.use(http.put(`${api}/api/friends/ben`, () => answer.promise as Promise<never>));
    const asked = feed.want("ben");
    // Ben unfriends while the answer is on its way, and the socket is not there to tell.
    friends = [];
    if (kind === "a connection") {
      emit("disconnect", "transport close");
      feed.retryNow();
      emit("me", me);
    } else emit("resync", { reason: "", time: me.time });
    await vi.waitFor(() => expect(feed.state.people.friends).toEqual([]));
    answer.resolve(HttpResponse.json({ person: person("ben"), state: "friends" }));
    await asked;
    expect(feed.state.people.friends).toEqual([]);
    feed.stop();
  },
);
