import { expect, test, vi } from "vitest";
import { coalesce, inGroups } from "../../shared/coalesce.ts";
import { AppError } from "../../shared/errors.ts";

interface Thing {
  id: string;
}

/** Things whose queries end when the test says so. */
function heldThings() {
  const queries: { keys: string[]; end: () => void; fail: (error: Error) => void }[] = [];
  const read = coalesce<Thing>({
    fetchMany(keys) {
      const answer = Promise.withResolvers<Thing[]>();
      const things = keys.filter((key) => key !== "nothing").map((id) => ({ id }));
      queries.push({ keys, end: () => answer.resolve(things), fail: answer.reject });
      return answer.promise;
    },
    keyOf: ({ id }) => id,
    deadline: 1_000,
  });
  return { read, queries };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("reads of one turn share a query, of distinct keys", async () => {
  const { read, queries } = heldThings();
  const reads = Promise.all(["a", "b", "a", "nothing"].map(read));
  await turn();
  expect(queries.map(({ keys }) => keys)).toEqual([["a", "b", "nothing"]]);
  queries[0]?.end();
  expect(await reads).toEqual([{ id: "a" }, { id: "b" }, { id: "a" }, undefined]);
});

test("reads that come while a query is under way share the next, which begins after them", async () => {
  const { read, queries } = heldThings();
  const first = read("a");
  await turn();
  const second = read("b");
  await turn();
  const third = read("a");
  await turn();
  expect(queries).toHaveLength(1);
  queries[0]?.end();
  await first;
  await vi.waitUntil(() => queries.length === 2);
  expect(queries[1]?.keys).toEqual(["b", "a"]);
  queries[1]?.end();
  expect(await Promise.all([second, third])).toEqual([{ id: "b" }, { id: "a" }]);
});

test("a query that hangs holds nobody else up for long, and fails by its deadline", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const { read, queries } = heldThings();
    const hanging = expect(read("a")).rejects.toMatchObject({ code: "unavailable" });
    await turn();
    const second = read("b");
    await turn();
    await vi.advanceTimersByTimeAsync(20);
    await turn();
    expect(queries.map(({ keys }) => keys)).toEqual([["a"], ["b"]]);
    queries[1]?.end();
    expect(await second).toEqual({ id: "b" });
    await vi.advanceTimersByTimeAsync(1_000);
    await hanging;
  } finally {
    vi.useRealTimers();
  }
});

test("a query that fails does so to all of its reads, and to nobody else's", async () => {
  const { read, queries } = heldThings();
  const failing = Promise.allSettled([read("a"), read("b")]);
  await turn();
  const next = read("c");
  queries[0]?.fail(new Error("gone"));
  expect((await failing).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await vi.waitUntil(() => queries.length === 2);
  queries[1]?.end();
  expect(await next).toEqual({ id: "c" });
});

test("one of a group that hangs holds nobody else up", async () => {
  const run = inGroups((n: number) => (n === 1 ? new Promise<number>(() => {}) : Promise.resolve(n)));
  void run(1);
  expect(await run(2)).toBe(2);
  expect(await run(3)).toBe(3);
});

test("a group begins together, and each of it ends by itself", async () => {
  const begun: number[] = [];
  const run = inGroups(async (n: number) => {
    begun.push(n);
    if (n === 2) throw new AppError("unauthenticated");
    return n * 10;
  });
  const first = Promise.allSettled([run(1), run(2), run(3)]);
  expect(begun).toEqual([]);
  await turn();
  expect(begun).toEqual([1, 2, 3]);
  const [one, two, three] = await first;
  expect([one, three]).toEqual([
    { status: "fulfilled", value: 10 },
    { status: "fulfilled", value: 30 },
  ]);
  expect(two).toMatchObject({ status: "rejected", reason: { code: "unauthenticated" } });
});
