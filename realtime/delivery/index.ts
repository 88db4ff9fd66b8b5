import type { Timestamp } from "mongodb";
import type { Database } from "../../shared/database.ts";
import { idsOf } from "../../shared/friends/state.ts";
import type { Log } from "../../shared/log.ts";
import { positionOf } from "../../shared/position.ts";
import { onlineAmong } from "../../shared/presence.ts";
import { type Instant, readAtInstant } from "../../shared/read-at.ts";
import type { Change, FriendshipChange } from "../changes/change.ts";
import type { RealtimeMetrics } from "../metrics.ts";
import type { Connections } from "../revocation.ts";
import { Audience } from "./audience.ts";
import { deliverComment, deliverRemoval, removedAuthors } from "./comments.ts";
import { deliverFriendship, friendsIn, readFriendships } from "./friends.ts";
import { createLateness } from "./lateness.ts";
import { deliverMessage, friendsNamedIn } from "./outbox.ts";
import { People } from "./people.ts";
import { createPresenceDelivery } from "./presence.ts";
import { deliverRename, renamedIn } from "./renames.ts";
import { type Io, sendToSocket } from "./rooms.ts";

/** All that load anew at once would be a storm of requests: milliseconds between two of them, and for them all. */
const perSocket = 2;
const longestSpread = 10_000;

export interface Delivery {
  /**
   * The cluster time from which on sockets that join now are told everything: what came before it was delivered already.
   * Undefined before the stream is open.
   */
  time(): Timestamp | undefined;
  /** The stream starts at a time: nothing before it will be delivered. */
  startAt(time: Timestamp): void;
  /**
   * Delivers changes in their order. Whose friends are whose is read at the time of the last, exactly where the database
   * reaches back to it, and the rest at that time or later. Gives back why all sockets should load anew, where they should.
   */
  deliver(changes: readonly Change[], time: Timestamp): Promise<string | undefined>;
  /** Forgets what was kept, as changes of it may have been missed. */
  forget(): void;
  /** Tells every socket to load anew, at times spread over the milliseconds that it returns. */
  startAnew(reason: string): number;
  close(): void;
}

export function createDelivery(options: {
  io: Io;
  database: Pick<Database, "client" | "models">;
  connections: Pick<Connections, "end">;
  metrics: RealtimeMetrics;
  log: Log;
}): Delivery {
  const { io, database, connections, metrics, log } = options;
  const audience = new Audience(database.models.friendships, metrics);
  const directory = new People(database.models.users);
  const presence = createPresenceDelivery({ io, database, audience, log });
  const lateness = createLateness(log);
  let told: Timestamp | undefined;

  async function gather(changes: readonly Change[], instant: Instant) {
    const { session } = instant;
    const removals = changes.flatMap((change) => (change.kind === "commentRemoved" ? change.id : []));
    const removed = await removedAuthors(database.models.comments, removals, session);
    const renamed = renamedIn(changes);
    const authors = new Set([...removed.values(), ...renamed]);
    const pairs = new Set<string>();
    for (const change of changes) {
      if (change.kind === "comment") authors.add(change.comment.author.toHexString());
      if (change.kind === "friendship") pairs.add(change.pair);
      if (change.kind === "outbox") for (const user of friendsNamedIn(change.message)) authors.add(user);
    }
    const hasRead = pairs.size > 0 || ![...authors].every((author) => audience.knows(author));
    const friends = await audience.of(authors, instant);
    const friendships = await readFriendships(database.models.friendships, pairs, instant);
    const online = await onlineAmong(database.models, friendsIn(friendships), session);
    const named = changes.flatMap((change) => (change.kind === "comment" ? change.comment.author.toHexString() : []));
    const people = await directory.of([...named, ...renamed, ...friendships.ids], session);
    return { removed, friends, friendships, people, online, isExact: instant.isExact, hasRead };
  }

  return {
    time: () => told,

    startAt(time) {
      presence.advance(time);
      told = time;
    },

    async deliver(changes, time) {
      presence.advance(time);
      for (const change of changes) {
        if (change.kind === "friendship") audience.forget(change.pair);
        else if (change.kind === "person") directory.forget(change.id);
      }
      const gathered = await readAtInstant(database.client, time, (instant) => gather(changes, instant)).catch(
        (error) => {
          // It may come again shorter, and its sets would then be later than that.
          audience.clear();
          if (told) presence.advance(told);
          throw error;
        },
      );
      const known = { ...gathered, time: positionOf(time) };
      // Now and not afterwards: a socket that joins in between would be told neither by us nor by a catch-up to before.
      told = time;
      const friendships = new Set(changes.filter((change) => change.kind === "friendship"));
      const tellFriendship = (change: FriendshipChange) => {
        if (friendships.delete(change)) deliverFriendship(io, change, known);
      };
      for (const change of changes) {
        if (change.kind === "comment") {
          const author = change.comment.author.toHexString();
          // It reaches the friends as of the batch's end: whoever has become one in it is told so before.
          for (const each of friendships) if (idsOf(each.pair).includes(author)) tellFriendship(each);
          metrics.audience.observe(known.friends.get(author)?.size ?? 0);
          deliverComment(io, change.comment, known);
        } else if (change.kind === "friendship") tellFriendship(change);
        else if (change.kind === "commentRemoved") deliverRemoval(io, change, known);
        else if (change.kind === "person" && change.isRenamed) deliverRename(io, change.id, known);
        else if (change.kind === "outbox") deliverMessage(io, change.message, known, log);
        else if (change.kind === "sessionEnded") connections.end(change.key, "unknown");
      }
      presence.tell(changes.flatMap((change) => (change.kind === "presence" ? change.user : [])));
      return lateness.after(gathered);
    },

    forget() {
      lateness.forget();
      audience.clear();
      directory.clear();
    },

    startAnew(reason) {
      const sockets = [...io.sockets.sockets.values()];
      const spread = Math.min(longestSpread, sockets.length * perSocket);
      // Nobody joins before the stream is open.
      const time = positionOf(told as Timestamp);
      // Told at once, before anything that comes after the gap: a client that lost its socket meanwhile would take that for
      // all that it missed.
      for (const socket of sockets) {
        sendToSocket(socket, "resync", { reason, time, afterMs: Math.floor(Math.random() * spread) });
      }
      return spread;
    },

    close: presence.close,
  };
}
