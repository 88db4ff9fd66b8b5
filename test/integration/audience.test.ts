import { ObjectId } from "mongodb";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Change } from "../../realtime/changes/change.ts";
import { clusterTime } from "../../realtime/changes/source.ts";
import { createDelivery } from "../../realtime/delivery/index.ts";
import type { Io } from "../../realtime/delivery/rooms.ts";
import { createMetrics } from "../../realtime/metrics.ts";
import type { Comment } from "../../shared/contracts/comments.ts";
import { block } from "../../shared/friends/blocks.ts";
import { pairOf } from "../../shared/friends/state.ts";
import { createLog } from "../../shared/log.ts";
import { timestampOf } from "../../shared/position.ts";
import type { Client } from "../helpers/client.ts";
import { failCommand } from "../helpers/fail-point.ts";
import { startSystemOnOwnSet } from "../helpers/system.ts";

let system: Awaited<ReturnType<typeof startSystemOnOwnSet>>;
beforeAll(async () => {
  system = await startSystemOnOwnSet();
});
afterAll(() => system?.[Symbol.asyncDispose]());

let ada: Client;
let ben: Client;
beforeEach(async () => {
  [ada, ben] = await Promise.all([system.person("Ada"), system.person("Ben")]);
});
afterEach(() => failCommand(system.database.client, "off"));

const none = () => 0;
const log = createLog({ name: "test", level: "silent" });

/** A delivery of its own, where everybody is connected; what it tells is kept, in order. */
function startDelivery() {
  const told: string[] = [];
  const names = () => new Map([ada, ben].map((person) => [`user:${person.id}`, person.me?.firstName]));
  const io = {
    sockets: { adapter: { rooms: { has: () => true } } },
    to: (rooms: string[]) => ({
      local: { emit: (event: string) => rooms.map((room) => told.push(`${names().get(room)}: ${event}`)) },
    }),
  };
  const delivery = createDelivery({
    io: io as unknown as Io,
    database: system.realtimeDatabase,
    connections: { end() {} },
    metrics: createMetrics({ sockets: none, users: none, streamAge: none }),
    log,
  });
  return { delivery, told };
}

function changeOf(comment: Comment): Change {
  return {
    kind: "comment",
    comment: {
      _id: new ObjectId(comment.id),
      author: new ObjectId(comment.author.id),
      body: comment.body,
      at: timestampOf(comment.position),
    },
  };
}

const befriended = (): Change => ({ kind: "friendship", pair: pairOf(ada.id, ben.id), wishes: true });
const now = () => clusterTime(system.database.client.db());

test("a comment reaches who was a friend at its place in the stream, whatever has come since", async () => {
  const { delivery, told } = startDelivery();
  const comment = await ada.comment("to nobody yet");
  const time = await now();
  await ada.befriend(ben);
  await delivery.deliver([changeOf(comment)], time);
  expect(told).toEqual(["Ada: comment"]);
  // And what was read for that time does not stand for later ones.
  await delivery.deliver([befriended()], await now());
  await delivery.deliver([changeOf(await ada.comment("to Ben"))], await now());
  expect(told.slice(-2).sort()).toEqual(["Ada: comment", "Ben: comment"]);
});

test("who has become a friend is told so before any comment of the same batch", async () => {
  const { delivery, told } = startDelivery();
  const comment = await ada.comment("a moment before");
  await ada.befriend(ben);
  await delivery.deliver([changeOf(comment), befriended()], await now());
  const bens = told.filter((line) => line.startsWith("Ben"));
  expect(bens).toEqual(["Ben: friend", "Ben: presence", "Ben: comment"]);
});

test("nor does it matter that they have blocked them by then", async () => {
  const { delivery, told } = startDelivery();
  const comment = await ada.comment("a moment before");
  await ada.befriend(ben);
  const time = await now();
  await block(system.database.models.friendships, ben.id, ada.id);
  await delivery.deliver([changeOf(comment), befriended()], time);
  expect(told.filter((line) => line.startsWith("Ben"))).toEqual(["Ben: friend", "Ben: presence", "Ben: comment"]);
});

test("where the server does not reach back so far, it reaches the friends of later", async () => {
  const { delivery, told } = startDelivery();
  const bens = await ben.comment("what Ben's friends are read for");
  const comment = await ada.comment("long ago");
  const time = await now();
  await delivery.deliver([changeOf(bens)], time);
  told.splice(0);
  await ada.befriend(ben);
  await failCommand(system.database.client, 1, {
    failCommands: ["find"],
    errorCode: 239,
    namespace: `${system.database.client.db().databaseName}.friendships`,
  });
  expect(await delivery.deliver([changeOf(comment)], time)).toBeUndefined();
  expect(told.sort()).toEqual(["Ada: comment", "Ben: comment"]);
  // Until it does again: whoever was told it before the friendship loads anew.
  expect(await delivery.deliver([], time)).toBeUndefined();
  expect(await delivery.deliver([changeOf(bens)], time)).toBeUndefined();
  expect(await delivery.deliver([changeOf(comment)], time)).toBe("friends were read as of later");
  expect(told.slice(3)).toEqual(["Ada: comment"]);
  expect(await delivery.deliver([changeOf(comment)], await now())).toBeUndefined();
});

test("a batch that could not be delivered leaves nothing behind for one that ends before it", async () => {
  const { delivery, told } = startDelivery();
  const comment = await ada.comment("to nobody yet");
  const time = await now();
  await ada.befriend(ben);
  await failCommand(system.database.client, 1, {
    failCommands: ["find"],
    errorCode: 8000,
    namespace: `${system.database.client.db().databaseName}.users`,
  });
  await expect(delivery.deliver([changeOf(comment)], await now())).rejects.toThrow();
  await delivery.deliver([changeOf(comment)], time);
  expect(told).toEqual(["Ada: comment"]);
});
