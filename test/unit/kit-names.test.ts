import { HttpResponse, http } from "msw";
import { describe, expect, test, vi } from "vitest";
import { createNames, peopleWithNames, withNames } from "../../functions/pages/browser/kit/names.ts";
import { noPeople } from "../../functions/pages/browser/kit/people-list.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { ada, api, at, ben, comment, later, live, page, person, startFeed as start } from "../helpers/fake-feed.ts";
import { network } from "../helpers/no-network.ts";

const called = (id: string, firstName: string) => ({ ...person(id), firstName });
const benedict = called("ben", "Benedict");

describe("the newest name", () => {
  test("is the one that the socket told, whatever is read of the time before; then that of what is read anew", () => {
    const changed = vi.fn();
    const names = createNames(changed);
    names.learn([ben]);
    names.tell(benedict);
    names.learn([ben]);
    expect(names.of(ben)).toEqual(benedict);
    expect(changed).toHaveBeenCalledTimes(2);
    names.joined();
    names.learn([benedict]);
    expect(changed).toHaveBeenCalledTimes(2);
    names.learn([called("ben", "Benno")]);
    expect(names.of(ben).firstName).toBe("Benno");
    names.reset();
    expect(names.of(ben)).toBe(ben);
  });

  test("is kept of so many people, and of those named last", () => {
    const names = createNames(() => {});
    names.tell(benedict);
    for (let n = 0; n < 2 * limits.friends; n += 1) names.tell(called(`p${n}`, "New"));
    expect(names.of(ben)).toBe(ben);
    expect(names.of(person("p0")).firstName).toBe("New");
  });

  test("stands in comments and lists, which stay the same objects where nothing changes", () => {
    const names = createNames(() => {});
    const comments = [comment(2, ada), comment(1, ben)];
    const list = { ...noPeople, friends: [{ ...ben, online: true }], incoming: [ada], blocked: [person("cleo")] };
    names.learn([ada, ben]);
    expect(withNames(comments, names)).toBe(comments);
    expect(peopleWithNames(list, names)).toBe(list);
    names.tell(benedict);
    names.tell(called("cleo", "Clea"));
    const after = withNames(comments, names);
    expect(after[0]).toBe(comments[0]);
    expect(after[1]).toEqual({ ...comments[1], author: benedict });
    const people = peopleWithNames(list, names);
    expect(people).toMatchObject({ friends: [{ ...benedict, online: true }], blocked: [{ firstName: "Clea" }] });
    expect(people.incoming).toBe(list.incoming);
  });

  test("decides where a friend stands in the list", () => {
    const names = createNames(() => {});
    const friends = [called("a", "Ada"), called("b", "Ben")].map((each) => ({ ...each, online: false }));
    names.tell(called("a", "Zoe"));
    expect(peopleWithNames({ ...noPeople, friends }, names).friends.map(({ id }) => id)).toEqual(["b", "a"]);
  });
});

const namesOn = ({ state }: ReturnType<typeof start>["feed"]) => ({
  me: state.me?.firstName,
  comments: state.comments.map(({ author }) => author.firstName),
  friends: state.people.friends.map(({ firstName }) => firstName),
});

describe("a feed", () => {
  test("shows a new name in what is there, and in what comes late; one's own too", async () => {
    const older = later(page([comment(2, ben), comment(1, ada)]));
    const { feed, join, tell } = start([page([comment(4, ben), comment(3, ada)], { next: at(3) }), older.page]);
    join(9);
    await live(feed);
    await vi.waitFor(() => expect(feed.state.people.isLoaded).toBe(true));
    const loading = feed.loadOlder();
    tell("person", benedict);
    tell("person", called("ada", "Adele"));
    expect(namesOn(feed)).toEqual({ me: "Adele", comments: ["Benedict", "Adele"], friends: ["Benedict"] });
    older.arrive();
    await loading;
    expect(namesOn(feed).comments).toEqual(["Benedict", "Adele", "Benedict", "Adele"]);
    network.use(http.post(`${api}/api/comments`, () => HttpResponse.json(comment(5, ada), { status: 201 })));
    await feed.comment("words 5");
    expect(namesOn(feed).comments[0]).toBe("Adele");
  });

  test("is right about who was renamed while it was away, by the friends read then, and by what was missed", async () => {
    const { feed, join, lose } = start([
      page([comment(2, ben), comment(1, person("cleo"))]),
      page([comment(12, called("cleo", "Clea"))]),
    ]);
    join(9);
    await live(feed);
    await vi.waitFor(() => expect(feed.state.people.isLoaded).toBe(true));
    const friends = [{ ...benedict, online: false }];
    network.use(
      http.get(`${api}/api/friends`, () =>
        HttpResponse.json({ friends, incoming: [], outgoing: [], blocked: [], next: null }),
      ),
    );
    lose();
    join(20, called("ada", "Adele"));
    await live(feed);
    await vi.waitFor(() =>
      expect(namesOn(feed)).toEqual({ me: "Adele", comments: ["Clea", "Benedict", "Clea"], friends: ["Benedict"] }),
    );
  });

  test("believes what is read after a resync, and not what was told before it", async () => {
    const benno = called("ben", "Benno");
    const { feed, join, tell } = start([page([comment(1, ben)]), page([comment(1, benno)])]);
    join(9);
    await live(feed);
    await vi.waitFor(() => expect(feed.state.people.isLoaded).toBe(true));
    tell("person", benedict);
    const empty = { incoming: [], outgoing: [], blocked: [], next: null };
    network.use(http.get(`${api}/api/friends`, () => HttpResponse.json({ friends: [benno], ...empty })));
    tell("resync", { reason: "lost", time: at(20), afterMs: 0 });
    await vi.waitFor(() => expect(namesOn(feed)).toMatchObject({ comments: ["Benno"], friends: ["Benno"] }));
  });

  test("asks for what is one's own: name, sessions, password, account", async () => {
    const asked: [string, unknown][] = [];
    const body = async (request: Request) => (await request.text()) || undefined;
    network.use(
      ...(["patch", "delete"] as const).map((method) =>
        http[method](`${api}/api/me`, async ({ request }) => {
          asked.push([`${request.method} me`, await body(request)]);
          return HttpResponse.json(ada);
        }),
      ),
      http.put(`${api}/api/password`, async ({ request }) => {
        asked.push(["PUT password", await body(request)]);
        return new HttpResponse(null, { status: 204 });
      }),
      http.get(`${api}/api/sessions`, () => HttpResponse.json({ sessions: [{ id: "one" }] })),
      http.delete(`${api}/api/sessions*`, ({ request }) => {
        asked.push([`DELETE ${new URL(request.url).pathname}`, undefined]);
        return new HttpResponse(null, { status: 204 });
      }),
      http.delete(`${api}/api/sessions/:id`, ({ request }) => {
        asked.push([`DELETE ${new URL(request.url).pathname}`, undefined]);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { feed } = start();
    await feed.rename({ firstName: "Adele" });
    await feed.changePassword("old", "new");
    expect(await feed.sessions()).toEqual([{ id: "one" }]);
    await feed.endSession("one");
    await feed.endOtherSessions();
    await feed.deleteAccount("secret");
    expect(asked).toEqual([
      ["PATCH me", '{"firstName":"Adele"}'],
      ["PUT password", '{"current":"old","next":"new"}'],
      ["DELETE /api/sessions/one", undefined],
      ["DELETE /api/sessions", undefined],
      ["DELETE me", '{"password":"secret"}'],
    ]);
  });
});
