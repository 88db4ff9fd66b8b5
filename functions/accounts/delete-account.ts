import type { Types } from "mongoose";
import { type Database, operationTimeout } from "../../shared/database.ts";
import { unblock } from "../../shared/friends/blocks.ts";
import type { Models } from "../../shared/models/index.ts";
import { endSessionsOf, explainEndsOf } from "./end-sessions.ts";

/** Comments removed with one write, which has to end in time. */
const atOnce = 500;

/**
 * Deletes a person with everything of theirs, from friends' screens too. Begins by disabling the user, so that nobody acts
 * as this person meanwhile, and ends with the user: what was interrupted can be done again, until all is gone.
 */
export async function deleteAccount(
  database: Pick<Database, "models" | "sessions">,
  user: Types.ObjectId,
): Promise<void> {
  const { models } = database;
  // Said before the rest: that the user is disabled closes sockets, too.
  await explainEndsOf(database, user.toHexString(), "accountDeleted");
  await models.users.updateOne({ _id: user }, { $set: { disabledAt: new Date() } });
  await endSessionsOf(database, user.toHexString(), "accountDeleted");
  await removeTraces(models, user);
  await models.users.deleteOne({ _id: user });
  // Most requests that were under way have written by now.
  await removeTraces(models, user);
}

/** Comments before friendships: who is told of a removal are friends. */
async function removeTraces(models: Models, user: Types.ObjectId): Promise<void> {
  const { collection } = models.comments;
  const remove = (ids: Types.ObjectId[]) =>
    collection.updateMany(
      { _id: { $in: ids } },
      // The records stay, without their words: friends who are away must learn of the removals.
      { $unset: { body: "", key: "" }, $currentDate: { removedAt: { $type: "timestamp" } } },
      { maxTimeMS: operationTimeout },
    );
  let ids: Types.ObjectId[] = [];
  const written = collection.find({ author: user, removedAt: { $exists: false } }, { projection: { _id: 1 } });
  for await (const { _id } of written) {
    ids.push(_id);
    if (ids.length < atOnce) continue;
    await remove(ids);
    ids = [];
  }
  if (ids.length > 0) await remove(ids);
  await collection.updateMany({ author: user, key: { $exists: true } }, { $unset: { key: "" } });
  await removeFriendships(models, user);
  await models.presence.deleteMany({ user });
}

/**
 * That a pair is none any more reaches who sees it change, whatever races with it, and takes what is left of the other one
 * from the screen. Of the pair's end nobody is told: who was blocked would learn of it.
 */
async function removeFriendships({ friendships }: Models, user: Types.ObjectId): Promise<void> {
  const blocking = { users: user, blocks: { $elemMatch: { $ne: user } } };
  for await (const { blocks = [] } of friendships.find(blocking).lean()) {
    for (const blocker of blocks) {
      if (!blocker.equals(user)) await unblock(friendships, blocker.toHexString(), user.toHexString());
    }
  }
  await friendships.updateMany({ users: user, wants: { $ne: [] } }, { $set: { wants: [] } });
  await friendships.deleteMany({ users: user });
}
