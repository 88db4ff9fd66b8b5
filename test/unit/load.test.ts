import { describe, expect, test } from "vitest";
import { Ledger, readersOf } from "../../infra/load/ledger.ts";
import { readPacket } from "../../infra/load/light-socket.ts";
import { readOptions } from "../../infra/load/options.ts";
import { ringOf } from "../../infra/load/people.ts";
import { isClean, report } from "../../infra/load/report.ts";

const mayRead = readersOf([["ada", "ben"]]);
const hello = { id: "1", authorId: "ada" };

/** What Ada, Ben and Eve show. */
function shown(ada: object[], ben: object[], eve: object[] = []) {
  return new Map(Object.entries({ ada, ben, eve })) as ReadonlyMap<string, (typeof hello)[]>;
}

describe("the ledger", () => {
  test("finds nothing where friends show all, once, and nobody else does", () => {
    const ledger = new Ledger();
    ledger.acknowledge(hello);
    ledger.tell("ben", hello);
    ledger.tell("ben", hello);
    expect(ledger.verdict(shown([hello], [hello]), mayRead)).toEqual({ lost: [], leaked: [], duplicated: [] });
    expect(ledger.deliveries).toBe(2);
  });

  test("finds what a friend, or the author, does not show", () => {
    const ledger = new Ledger();
    ledger.acknowledge(hello);
    expect(ledger.verdict(shown([], [hello]), mayRead).lost).toEqual(["1 at ada"]);
    expect(ledger.verdict(shown([hello], []), mayRead).lost).toEqual(["1 at ben"]);
  });

  test("finds what a stranger was told, or shows, acknowledged or not", () => {
    const ledger = new Ledger();
    ledger.tell("eve", hello);
    expect(ledger.verdict(shown([], []), mayRead).leaked).toEqual(["1 told to eve"]);
    expect(new Ledger().verdict(shown([], [], [hello]), mayRead).leaked).toEqual(["1 at eve"]);
  });

  test("finds what is shown twice", () => {
    expect(new Ledger().verdict(shown([hello, hello], []), mayRead).duplicated).toEqual(["1 at ada"]);
  });

  test("asks for nothing where reading is allowed but not required", () => {
    const ledger = new Ledger();
    ledger.acknowledge(hello);
    expect(ledger.verdict(shown([hello], []), mayRead, (person, author) => person === author).lost).toEqual([]);
  });
});

describe("a load", () => {
  test("gives everybody as many friends as asked for", () => {
    const pairs = ringOf(["a", "b", "c", "d", "e"], 4);
    for (const each of ["a", "b", "c", "d", "e"]) {
      expect(new Set(pairs.filter((pair) => pair.includes(each)).flat()).size - 1).toBe(4);
    }
    expect(new Set(pairs.map((pair) => pair.toSorted().join())).size).toBe(pairs.length);
  });

  test("says what is wrong with its options, and has others by default", () => {
    expect(readOptions([])).toMatchObject({ people: 200, friends: 20, rate: 20, nodes: 2, seconds: 30, killNode: 0 });
    expect(() => readOptions(["--people", "many"])).toThrow("--people must be a whole number from 3 to 20000.");
    expect(() => readOptions(["--friends", "3"])).toThrow("even");
    expect(() => readOptions(["--rate", "201"])).toThrow("--rate");
    expect(() => readOptions(["--what"])).toThrow("--what");
  });

  test("is clean only without any loss, leak or double, and shows examples of what is not", () => {
    const result = {
      ...{ connects: 10, comments: 20, deliveries: 40, seconds: 10, receipts: [1, 2, 3, 4], bytesPerSocket: 2_048 },
      ...{ resyncs: 0, verdict: { lost: ["1 at ada"], leaked: [], duplicated: [] } },
    };
    expect(isClean(result)).toBe(false);
    const text = report(readOptions([]), result);
    expect(text).toContain("lost: 1 at ada");
    expect(text).toMatch(/p50 \/ p95 \/ p99 ms +2\.0 \/ 4\.0 \/ 4\.0/);
    expect(text).toMatch(/memory per socket +2\.0 KiB/);
    expect(isClean({ verdict: { lost: [], leaked: [], duplicated: [] } })).toBe(true);
  });
});

test.each([
  ['0{"sid":"x"}', { type: "open" }],
  ["2", { type: "ping" }],
  ['40{"sid":"x"}', { type: "joined" }],
  ["41", { type: "left" }],
  ['44{"message":"no"}', { type: "left" }],
  ['42["me",{"time":"00"}]', { type: "event", name: "me", payload: { time: "00" } }],
  ["3probe", { type: "other" }],
])("the packet %s is understood", (text, packet) => {
  expect(readPacket(text)).toEqual(packet);
});
