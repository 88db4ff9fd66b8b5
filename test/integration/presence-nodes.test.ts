import { ObjectId } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAlive } from "../../shared/models/node.ts";
import {
  isListedOnline,
  type PresenceScene,
  presenceTold,
  startPresenceScene,
  untilPresence,
} from "../helpers/presence.ts";
import { until } from "../helpers/until.ts";

let scene: PresenceScene;
beforeAll(async () => {
  scene = await startPresenceScene();
});
afterAll(() => scene?.[Symbol.asyncDispose]());

describe("a node that is gone", () => {
  /** People of a node that was killed, as it left them; none has a record with `lease` undefined. */
  async function dead(people: ObjectId[], lease: Date | undefined): Promise<string> {
    const node = crypto.randomUUID();
    const { nodes, presence } = scene.system.database.models;
    if (lease) await nodes.collection.insertOne({ _id: node, count: 1, lease } as never);
    await presence.collection.insertMany(people.map((user) => ({ _id: `${user}:${node}`, user, node })) as never);
    return node;
  }
  const left = (node: string) => scene.system.database.models.presence.countDocuments({ node });

  test("has nobody online once its lease has ended, and friends are told", async () => {
    const [ada, ben] = await scene.friends();
    const atBens = await ben.connect();
    const node = await dead([new ObjectId(ada.id)], new Date(Date.now() + 2_000));
    await untilPresence(atBens, ada, true);
    expect(await isListedOnline(ada, ben)).toBe(true);
    await untilPresence(atBens, ada, false);
    expect(presenceTold(atBens, ada)).toEqual([true, false]);
    expect(await scene.system.database.models.nodes.countDocuments({ _id: node, ...isAlive })).toBe(0);
  });

  test("is cleared away also where whoever began that died, too, however many people it had", async () => {
    const people = Array.from({ length: 1_200 }, () => new ObjectId());
    const node = await dead(people, undefined);
    await until(async () => (await left(node)) === 0);
  });

  test("leaves those online who are on another one", async () => {
    const [ada, ben] = await scene.friends();
    const atBens = await ben.connect();
    const atAdas = await scene.other.twin(ada).connect();
    await untilPresence(atBens, ada, true);
    const node = await dead([new ObjectId(ada.id)], new Date(0));
    await until(async () => (await left(node)) === 0);
    atAdas.close();
    await until(async () => (await scene.documentsOf(ada)) === 0);
    await untilPresence(atBens, ada, false);
    expect(presenceTold(atBens, ada).filter((online) => !online)).toHaveLength(1);
  });
});

test("an outage that outlived every lease leaves nobody offline who is there", async () => {
  const [ada, ben] = await scene.friends();
  const atBens = await ben.connect();
  await scene.other.twin(ada).connect();
  await untilPresence(atBens, ada, true);
  const { nodes, presence } = scene.system.database.models;
  const former = (await nodes.find(isAlive).lean()).map(({ _id }) => _id);
  // Just after a beat: with the next one her node is back, which may be before anybody has been told that it was gone.
  const { node } = (await presence.findOne({ user: ada.id }).lean()) as unknown as { node: string };
  const beat = async () => (await nodes.findById(node).lean())?.count ?? 0;
  const before = await beat();
  await until(async () => (await beat()) > before);
  await nodes.collection.updateMany({}, { $set: { lease: new Date(0) } });
  await untilPresence(atBens, ada, false);
  await untilPresence(atBens, ada, true);
  expect(await isListedOnline(ada, ben)).toBe(true);
  await until(async () => (await nodes.countDocuments(isAlive)) === former.length);
  expect(await nodes.countDocuments({ _id: { $in: former }, ...isAlive })).toBe(0);
});
