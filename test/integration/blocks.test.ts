import { ObjectId } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../shared/contracts/limits.ts";
import { pairOf } from "../../shared/friends/state.ts";
import type { Client } from "../helpers/client.ts";
import { ask, block, listOf, unblock, unwant, want } from "../helpers/pairs.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const people = async <const Names extends string[]>(...names: Names) =>
  (await Promise.all(names.map((name) => system.person(name)))) as { [Index in keyof Names]: Client };
const pairs = () => system.database.models.friendships.collection;
const record = (a: Client, b: Client) => pairs().findOne({ _id: pairOf(a.id, b.id) as never });
const nobody = { friends: [], incoming: [], outgoing: [], blocked: [], next: null };

describe("a block", () => {
  test("unfriends, stands in the blocker's list alone, and may be repeated; so may its end, which befriends nobody", async () => {
    const [ada, ben] = await people("Ada", "Ben");
    await ada.befriend(ben);
    expect([await block(ada, ben), await block(ada, ben)]).toEqual(["blocked", "blocked"]);
    expect([await listOf(ada), await listOf(ben)]).toEqual([{ ...nobody, blocked: [ben.me] }, nobody]);
    expect([await unblock(ada, ben), await unblock(ada, ben)]).toEqual(["none", "none"]);
    expect([await listOf(ada), await listOf(ben)]).toEqual([nobody, nobody]);
    expect(await record(ada, ben)).toMatchObject({ wants: [], blocks: [] });
    expect([await want(ada, ben), await want(ben, ada)]).toEqual(["outgoing", "friends"]);
  });

  test("takes requests away, of either side", async () => {
    const [ada, ben, cleo] = await people("Ada", "Ben", "Cleo");
    await want(ben, ada);
    await want(ada, cleo);
    expect([await block(ada, ben), await block(ada, cleo)]).toEqual(["blocked", "blocked"]);
    expect([await listOf(ben), await listOf(cleo)]).toEqual([nobody, nobody]);
  });

  test("is the other one's, too: each takes back only their own", async () => {
    const [ada, ben] = await people("Ada", "Ben");
    expect([await block(ada, ben), await block(ben, ada)]).toEqual(["blocked", "blocked"]);
    expect([await want(ada, ben), await want(ben, ada)]).toEqual(["blocked", "blocked"]);
    expect(await unblock(ada, ben)).toBe("none");
    expect([await listOf(ada), await listOf(ben)]).toEqual([nobody, { ...nobody, blocked: [ada.me] }]);
    expect(await want(ada, ben)).toBe("outgoing");
    expect(await unblock(ben, ada)).toBe("none");
    expect([await listOf(ada), await listOf(ben)]).toEqual([nobody, nobody]);
  });

  test("keeps the blocker from asking, with a sentence what to do, and from nothing else", async () => {
    const [ada, ben] = await people("Ada", "Ben");
    await block(ada, ben);
    const response = await ask(ada, "friends", "PUT", ben);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      code: "blocked",
      message: "You block this person. Unblock them first.",
    });
    await want(ben, ada);
    expect(await unwant(ada, ben)).toBe("blocked");
    expect(await record(ada, ben)).toMatchObject({ wants: [], blocks: [new ObjectId(ada.id)] });
  });

  test("that is not there cannot be taken back: wishes stay", async () => {
    const [ada, ben, cleo, dan] = await people("Ada", "Ben", "Cleo", "Dan");
    await ada.befriend(ben);
    await want(ada, cleo);
    await want(dan, ada);
    expect([await unblock(ada, ben), await unblock(ada, cleo), await unblock(ada, dan)]).toEqual([
      "friends",
      "outgoing",
      "incoming",
    ]);
    expect(await listOf(ada)).toMatchObject({ friends: [ben.me], outgoing: [cleo.me], incoming: [dan.me] });
  });

  test("needs somebody who is signed in, on this site, and another one who exists", async () => {
    const ada = await system.person("Ada");
    const stranger = system.client();
    for (const method of ["PUT", "DELETE"] as const) {
      const statusOf = async (who: Client, id: string, init: RequestInit = {}) =>
        (await who.fetch(`/api/blocks/${id}`, { method, ...init })).status;
      expect(await statusOf(ada, ada.id)).toBe(400);
      expect(await statusOf(ada, "nonsense")).toBe(400);
      expect(await statusOf(ada, String(new ObjectId()))).toBe(404);
      expect(await statusOf(stranger, ada.id)).toBe(401);
      expect(await statusOf(ada, ada.id, { headers: { origin: "https://evil.example" } })).toBe(403);
    }
    const { paths } = await (await ada.fetch("/api/openapi.json")).json();
    expect(Object.keys(paths["/api/blocks/{userId}"])).toEqual(["put", "delete"]);
    expect(paths["/api/friends/{userId}"].put.responses[409].description).toContain("`blocked`");
  });
});

describe("who is blocked", () => {
  /** All that a person can find out about another one, and do, with ids and names that could differ taken out. */
  async function transcript(me: Client, other: Client) {
    const lines: string[] = [];
    const note = async (response: Promise<Response>) => {
      const { status, headers } = await response;
      const kept = [...headers].filter(([name]) => !/date|x-request-id|set-cookie|connection|keep-alive/.test(name));
      const text = (await (await response).text())
        .replaceAll(other.id, "ID")
        .replaceAll(other.me?.username ?? "", "NAME");
      lines.push(`${status} ${JSON.stringify(kept)} ${text}`);
    };
    const look = async () => {
      for (const path of ["friends", `users?q=${other.me?.username}`, "comments"]) await note(me.fetch(`/api/${path}`));
    };
    await look();
    for (const method of ["PUT", "PUT", "DELETE", "DELETE", "PUT"] as const) {
      await note(ask(me, "friends", method, other));
      await look();
    }
    await note(ask(me, "blocks", "DELETE", other));
    await look();
    return lines;
  }

  test.each(["a friend", "who asks", "who was asked", "a stranger"])("cannot tell: %s", async (kind) => {
    const [ada, ben, cleo, dan] = await people("Ada", "Ben", "Ada", "Ben");
    const prepare = async (blocker: Client, other: Client) => {
      if (kind === "a friend") await blocker.befriend(other);
      if (kind === "who asks") await want(other, blocker);
      if (kind === "who was asked") await want(blocker, other);
    };
    await Promise.all([prepare(ada, ben), prepare(cleo, dan)]);
    // One pair ends by a block, the other as any pair does.
    await Promise.all([block(ada, ben), unwant(cleo, dan)]);
    const notices = () => system.database.models.outbox.countDocuments({ event: "notice" });
    const counts = [await notices()];
    const blocked = await transcript(ben, ada);
    counts.push(await notices());
    const unfriended = await transcript(dan, cleo);
    counts.push(await notices());
    expect(blocked).toEqual(unfriended);
    // As much is written for both: the time of an answer says nothing either.
    const [before = 0, between = 0, after = 0] = counts;
    expect([between - before, after - between]).toEqual([2, 2]);
  });

  test("is refused beyond so many people, all of whom are listed; a repeated one is not", async () => {
    const [ada, ben, cleo] = await people("Ada", "Ben", "Cleo");
    const me = new ObjectId(ada.id);
    const others = Array.from({ length: limits.blocks - 1 }, () => new ObjectId());
    await pairs().insertMany(
      others.map((id) => ({ _id: pairOf(String(id), ada.id), users: [id, me], wants: [], blocks: [me] })) as never,
    );
    expect(await block(ada, ben)).toBe("blocked");
    expect(await block(ada, cleo)).toBe("too_many_blocks");
    expect(await block(ada, ben)).toBe("blocked");
    expect(await unblock(ada, ben)).toBe("none");
    expect(await block(ada, cleo)).toBe("blocked");
  });

  test("has a wish that asks nobody, counts as any open request does, and ends with the block", async () => {
    const [ada, ben, cleo] = await people("Ada", "Ben", "Cleo");
    await block(ada, ben);
    const open = Array.from({ length: limits.openRequests - 1 }, () => new ObjectId());
    const me = new ObjectId(ben.id);
    await pairs().insertMany(
      open.map((id) => ({ _id: pairOf(String(id), ben.id), users: [id, me], wants: [me] })) as never,
    );
    expect(await want(ben, ada)).toBe("outgoing");
    expect([await listOf(ada), (await listOf(ben)).outgoing]).toEqual([{ ...nobody, blocked: [ben.me] }, [ada.me]]);
    expect(await want(ben, cleo)).toBe("too_many_open_requests");
    expect(await unblock(ada, ben)).toBe("none");
    expect([await listOf(ada), await listOf(ben)]).toEqual([nobody, nobody]);
    expect(await want(ben, cleo)).toBe("outgoing");
    expect(await want(ada, ben)).toBe("outgoing");
  });
});

describe("at once", { timeout: 60_000 }, () => {
  const rounds = 50;
  test.each<[string, number, (ada: Client, ben: Client) => Promise<string>[]]>([
    ["both block", 2, (ada, ben) => [block(ada, ben), block(ben, ada)]],
    ["one blocks and the other accepts", 1, (ada, ben) => [block(ada, ben), want(ben, ada)]],
    ["one blocks and accepts", 1, (ada, ben) => [block(ada, ben), want(ada, ben)]],
    ["one blocks and all accept", 1, (ada, ben) => [block(ada, ben), want(ada, ben), want(ben, ada), want(ada, ben)]],
  ])("%s: never friends with a block", async (_, blockers, race) => {
    const [ada, ben] = await people("Ada", "Ben");
    const answers = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      // By turns the pair is not there yet, one of them has asked, or the other.
      await pairs().deleteMany({ users: new ObjectId(ada.id) });
      if (round % 3 === 1) await want(ada, ben);
      if (round % 3 === 2) await want(ben, ada);
      for (const answer of await Promise.all(race(ada, ben))) answers.add(answer);
      const { wants, blocks } = (await record(ada, ben)) as unknown as Record<"wants" | "blocks", ObjectId[]>;
      expect(blocks.map(String).sort()).toEqual(
        [ada.id, ben.id].sort().filter((id) => blockers === 2 || id === ada.id),
      );
      expect(wants.map(String)).not.toContain(ada.id);
      const lists = [await listOf(ada), await listOf(ben)];
      expect(lists.flatMap(({ friends, incoming }) => [...friends, ...incoming])).toEqual([]);
      expect(lists[0]?.blocked).toEqual([ben.me]);
    }
    for (const answer of answers) expect(["blocked", "outgoing", "friends"]).toContain(answer);
  });
});
