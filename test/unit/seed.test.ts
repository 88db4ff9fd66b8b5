import { describe, expect, test } from "vitest";
import { demoPeople } from "../../infra/dev/demo.ts";
import { readOptions as readDevOptions } from "../../infra/dev/options.ts";
import { welcome } from "../../infra/dev/welcome.ts";
import { makeComments } from "../../infra/seed/comments.ts";
import { makeFriendships } from "../../infra/seed/friends.ts";
import { readOptions } from "../../infra/seed/options.ts";
import { makePeople } from "../../infra/seed/people.ts";
import { createProgress } from "../../infra/seed/progress.ts";
import { createRandom } from "../../infra/seed/random.ts";
import { findTarget, isOfThisMachine } from "../../infra/seed/target.ts";
import { topics } from "../../infra/seed/topics.ts";
import { signUpBody } from "../../shared/contracts/accounts.ts";
import { commentBody } from "../../shared/contracts/comments.ts";
import type { Person } from "../../shared/contracts/people.ts";

const now = new Date("2026-05-20T18:00:00Z");

function make(seed: number, count = 50, friends = 8, comments = 500, taken: string[] = []) {
  const random = createRandom(seed);
  const people = makePeople(random, count, new Set(taken), now);
  const pairs = makeFriendships(random, count, friends);
  const friendsOf = people.map((_, i) => pairs.filter((pair) => pair.includes(i)).map(([a, b]) => (a === i ? b : a)));
  return { people, pairs, friendsOf, comments: makeComments(random, comments, friendsOf, now) };
}

describe("a seed", () => {
  test("makes the same of the same number, and something else of another", () => {
    expect(make(7)).toEqual(make(7));
    expect(make(7).people).not.toEqual(make(8).people);
    expect(make(7).comments).not.toEqual(make(8).comments);
  });

  test("makes people who could have signed up, each with a username of their own", () => {
    const { people } = make(1, 3_000);
    for (const { username, firstName, lastName, since } of people) {
      const signUp = { username, firstName, lastName, password: "words-of-friends" };
      expect(signUpBody.safeParse(signUp).error?.issues ?? []).toEqual([]);
      expect(since && since < now).toBe(true);
    }
    expect(new Set(people.map(({ username }) => username)).size).toBe(3_000);
    expect(new Set(people.slice(0, 50).map(({ firstName }) => firstName)).size).toBeGreaterThan(25);
    const taken = people.map(({ username }) => username);
    const others = make(1, 3_000, 8, 0, taken).people.map(({ username }) => username);
    expect(others.filter((username) => taken.includes(username))).toEqual([]);
  });

  test.each([
    [50, 8],
    [50, 7],
    [51, 7],
    [10, 9],
    [11, 10],
    [2, 1],
    [400, 20],
  ])("makes pairs of %i people, %i friends of each on average and half as many at least", (count, friends) => {
    const { pairs, friendsOf } = make(3, count, friends, 0);
    expect(pairs.filter(([a, b]) => a === b)).toEqual([]);
    expect(new Set(pairs.map(([a, b]) => `${Math.min(a, b)}:${Math.max(a, b)}`)).size).toBe(pairs.length);
    expect(Math.abs((2 * pairs.length) / count - friends)).toBeLessThan(0.1);
    expect(Math.min(...friendsOf.map((each) => each.length))).toBeGreaterThanOrEqual(Math.floor(friends / 2));
  });

  test("makes as many comments as asked for, in order, of the last days, that read as if somebody had written them", () => {
    const { comments } = make(5);
    expect(comments).toHaveLength(500);
    const times = comments.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(now.getTime());
    expect(times[0]).toBeGreaterThan(now.getTime() - 11 * 86_400_000);
    expect(new Set(comments.map(({ at }) => at.toISOString().slice(0, 10))).size).toBeGreaterThanOrEqual(9);
    for (const { body } of comments) {
      expect(commentBody.safeParse({ body }).success).toBe(true);
      expect(body).not.toMatch(/[{}]|undefined/);
    }
    expect(new Set(comments.map(({ body }) => body)).size).toBeGreaterThan(300);
    expect(new Set(comments.map(({ author }) => author)).size).toBeGreaterThan(40);
    expect(make(5, 2, 1, 1_201).comments).toHaveLength(1_201);
  });

  test("has three answers at least to each of its topics", () => {
    expect(topics.filter(({ opening, answers }) => !opening || answers.length < 3)).toEqual([]);
  });
});

describe("npm run seed", () => {
  test("has the documented numbers by default, and says what is wrong with others", () => {
    const byDefault = { people: 50, friends: 8, comments: 500, seed: 9, yes: false, help: false };
    expect(readOptions([], 9)).toEqual(byDefault);
    expect(readOptions(["--people", "4", "--seed", "3"], 9)).toEqual({ ...byDefault, people: 4, friends: 3, seed: 3 });
    expect(readOptions(["-h"], 9).help).toBe(true);
    expect(() => readOptions(["--people", "1"], 9)).toThrow("--people must be a whole number from 2 to 20000.");
    expect(() => readOptions(["--people", "4", "--friends", "4"], 9)).toThrow("--friends");
    expect(() => readOptions(["--comments", "1e3"], 9)).toThrow("--comments");
    expect(() => readOptions(["--persons", "4"], 9)).toThrow("--persons");
    expect(() => readOptions(["4"], 9)).toThrow("4");
  });

  test("writes where real people may be only where that is said", async () => {
    const target = (environment: NodeJS.ProcessEnv, isMeant = false) =>
      findTarget(environment, { kept: "/nowhere", isMeant, log() {} }).then(({ uri }) => uri);
    const [here, there] = ["mongodb://127.0.0.1/kith", "mongodb+srv://db.example.org/kith"];
    await expect(target({ NODE_ENV: "production" }, true)).rejects.toThrow("MONGODB_URI");
    await expect(target({ NODE_ENV: "production", MONGODB_URI: here })).rejects.toThrow("--yes");
    for (const NODE_ENV of [undefined, "", "staging"]) {
      await expect(target({ NODE_ENV, MONGODB_URI: here })).rejects.toThrow("--yes");
      expect(await target({ NODE_ENV, MONGODB_URI: here }, true)).toBe(here);
    }
    for (const NODE_ENV of ["development", "test"]) {
      expect(await target({ NODE_ENV, MONGODB_URI: here })).toBe(here);
      await expect(target({ NODE_ENV, MONGODB_URI: there })).rejects.toThrow("--yes");
    }
    expect(await target({ NODE_ENV: "production", MONGODB_URI: there }, true)).toBe(there);
  });

  test.each([
    ["mongodb://localhost/kith", true],
    ["mongodb://name:pass%40word@127.0.0.1:1,[::1]:2/kith?replicaSet=rs0", true],
    ["mongodb://127.0.0.1,db.example.org/kith", false],
    ["mongodb://localhost.example.org/kith", false],
    ["mongodb://localhost@db.example.org/kith", false],
    ["mongodb+srv://localhost/kith", false],
  ])("knows whether %s is of this machine", (uri, expected) => {
    expect(isOfThisMachine(uri)).toBe(expected);
  });

  test("shows a bar on a terminal, and a line for each part elsewhere", () => {
    const shown = (isTTY: boolean) => {
      const written: string[] = [];
      const { tell } = createProgress({ isTTY, write: (text: string) => written.push(text) > 0 });
      for (const done of [1, 2, 4]) tell("comments", done, 4);
      return written;
    };
    expect(shown(false)).toEqual(["comments: 4\n"]);
    const bars = shown(true).map((text) => text.match(/[█░]+/)?.[0]);
    expect(bars).toEqual(["█".repeat(7) + "░".repeat(23), "█".repeat(15) + "░".repeat(15), "█".repeat(30)]);
  });
});

describe("npm run dev", () => {
  test("knows its options, and refuses others", () => {
    expect(readDevOptions([])).toEqual({ empty: false, help: false });
    expect(readDevOptions(["--empty"])).toEqual({ empty: true, help: false });
    expect(readDevOptions(["--help"])).toEqual({ empty: false, help: true });
    expect(() => readDevOptions(["--full"])).toThrow("--full");
    expect(() => readDevOptions(["empty"])).toThrow("empty");
  });

  test("names whom to sign in as, or where to sign up", () => {
    const [ada, ben] = demoPeople.map((person, id) => ({ ...person, id: String(id) }));
    const both = welcome("http://localhost:1", [ada as Person, ben as Person]);
    expect(both).toMatch(/http:\/\/localhost:1\n.*Two friends.*ada \/ words-of-friends\n.*ben \/ words-of-friends\n/s);
    // Whoever tries it gave ada a password of their own.
    const one = welcome("http://localhost:1", [ben as Person]);
    expect(one).toMatch(/localhost:1\/signup\n.*ben \/ words-of-friends\n/s);
    expect(one).not.toMatch(/Two friends|ada/);
    const empty = welcome("http://localhost:1", undefined);
    expect(empty).toContain("http://localhost:1/signup");
    expect(empty).not.toContain("words-of-friends");
  });
});
