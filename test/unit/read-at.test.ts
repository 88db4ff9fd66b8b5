import { type MongoClient, Timestamp } from "mongodb";
import { expect, test, vi } from "vitest";
import { isAhead, readAt } from "../../shared/read-at.ts";

const time = new Timestamp({ t: 5, i: 1 });
const unheardOf = Object.assign(new Error("afterClusterTime value must not be greater"), { code: 72 });

function start() {
  const asked: string[] = [];
  const client = {
    startSession: () => ({ advanceOperationTime: vi.fn(), endSession: async () => void asked.push("ended") }),
    db: () => ({
      command: async (_: object, { readPreference }: { readPreference: string }) => void asked.push(readPreference),
    }),
  };
  return { asked, client: client as unknown as MongoClient };
}

test("a member that has not heard of the time is asked again, with the primary's word for it", async () => {
  const { asked, client } = start();
  const read = vi.fn(async () => "there").mockRejectedValueOnce(unheardOf);
  expect(await readAt(client, time, read)).toBe("there");
  expect(asked).toEqual(["ended", "primary", "ended"]);
});

test("a time that the cluster has not reached is refused, and any other failure not asked twice", async () => {
  const { client } = start();
  const ahead = vi.fn(() => Promise.reject(unheardOf));
  await expect(readAt(client, time, ahead)).rejects.toSatisfy(isAhead);
  expect(ahead).toHaveBeenCalledTimes(2);
  const away = vi.fn(() => Promise.reject(new Error("away")));
  await expect(readAt(client, time, away)).rejects.toThrow("away");
  expect(away).toHaveBeenCalledTimes(1);
});
