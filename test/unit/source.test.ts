import { type Db, Long, type MongoClient, Timestamp } from "mongodb";
import { expect, test } from "vitest";
import { openSource, placeAfter } from "../../realtime/changes/source.ts";

const place = placeAfter(new Timestamp({ t: 5, i: 1 }));

/** A server that gives these answers to its commands, and what it was asked. */
function start(...answers: (object | Error)[]) {
  const asked: { command: Record<string, unknown>; session: unknown }[] = [];
  let ended = 0;
  const session = {
    async endSession() {
      ended += 1;
    },
  };
  const client = { startSession: () => session } as unknown as MongoClient;
  const db = {
    async command(command: Record<string, unknown>, options?: { session: unknown }) {
      asked.push({ command, session: options?.session });
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return { cursor: answer };
    },
  } as unknown as Db;
  return { client, db, asked, session, ended: () => ended };
}

test("starts behind a time, reads in the session that opened it, and names its cursor by a long integer", async () => {
  const batch = { id: 7, nextBatch: [{ _id: 1 }], postBatchResumeToken: { _data: "8" } };
  const { client, db, asked, session } = start({ id: 7 }, batch, { ...batch, id: 0 });
  const source = await openSource(client, db, place);
  expect(asked[0]?.command.pipeline).toMatchObject([
    { $changeStream: { startAtOperationTime: new Timestamp({ t: 5, i: 2 }) } },
    {},
    {},
    {},
  ]);
  expect(await source.next()).toEqual({ events: [{ _id: 1 }], token: { _data: "8" }, isLast: false });
  expect(await source.next()).toMatchObject({ isLast: true });
  // A number would go as a double, which the server refuses.
  expect(asked[1]?.command.getMore).toEqual(Long.fromNumber(7));
  expect(asked.map((each) => each.session)).toEqual([session, session, session]);
});

test("ends its session where it cannot be opened, and its cursor too where it was", async () => {
  const failing = start(new Error("no"));
  await expect(openSource(failing.client, failing.db, place)).rejects.toThrow("no");
  expect(failing.ended()).toBe(1);

  const open = start({ id: 7 }, new Error("away"));
  (await openSource(open.client, open.db, place)).close();
  expect(open.asked.at(-1)?.command).toEqual({ killCursors: "$cmd.aggregate", cursors: [Long.fromNumber(7)] });
  expect(open.ended()).toBe(1);
});
