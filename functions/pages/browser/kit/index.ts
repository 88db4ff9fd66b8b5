import type { Comment } from "../../../../shared/contracts/comments.ts";
import type { Friendship } from "../../../../shared/contracts/friends.ts";
import type { Person } from "../../../../shared/contracts/people.ts";
import { createAccount } from "./account.ts";
import { ApiError, createApi, isUnauthenticated } from "./api.ts";
import { createEndWarning } from "./end-warning.ts";
import { createFriendRequests } from "./friend-requests.ts";
import { createLink, type LinkState } from "./link.ts";
import { createNames } from "./names.ts";
import { createOvertaking } from "./overtaking.ts";
import { createPeople } from "./people.ts";
import { openSocket } from "./socket.ts";
import type { Connection, FeedOptions, FeedState } from "./state.ts";
import { createTimeline } from "./timeline.ts";

export { ApiError, isSuperseded } from "./api.ts";
export type { EndWarning } from "./end-warning.ts";
export { fullName, stateOf } from "./people-list.ts";
export { type FeedSocket, openSocket } from "./socket.ts";
export type { Connection, FeedOptions, FeedState } from "./state.ts";

export type Feed = ReturnType<typeof createFeed>;

/**
 * The live feed of whoever is signed in, without a screen: joins a realtime node, catches up over HTTP, and keeps what it
 * shows right until the session ends. Requests fail with an ApiError.
 */
export function createFeed(options: FeedOptions) {
  const random = options.random ?? Math.random;
  const warning = createEndWarning(changed);
  const api = createApi(options.api, options.fetch ?? ((...given) => globalThis.fetch(...given)), {
    asker: () => ({ id: ownerId, signal: owned.signal }),
    answered: warning.used,
  });
  const socket = (options.connect ?? openSocket)(options.realtime);
  const names = createNames(showNames);
  const shared = { api, names, random, changed, refused: () => link.recheck() };
  const timeline = createTimeline({ ...shared, overtaken: () => link.rejoin() });
  const people = createPeople(shared);
  let linked: LinkState = { state: "connecting" };
  let me: Person | undefined;
  let ownerId: string | undefined;
  /** Aborted when the screen becomes another user's, and with it all that was asked for the former one. */
  let owned = new AbortController();
  const overtaking = createOvertaking();
  /** A text that was not acknowledged, with the key under which it may have been saved all the same. */
  let unsent: { body: string; key: string } | undefined;

  const link = createLink(
    socket,
    api.session,
    {
      changed(state) {
        linked = state;
        if (state.state !== "joined") {
          me = undefined;
          timeline.leave();
          people.leave();
        }
        changed();
      },
      joined({ user, session, time }) {
        warning.renewed(session);
        me = user;
        names.joined();
        names.tell(user);
        overtaking.told();
        timeline.join(time);
        void people.load(time);
      },
      identified: belongTo,
    },
    random,
  );

  socket.on("comment", (comment) => {
    if (timeline.hearComment(comment)) options.onComment?.(comment);
  });
  socket.on("commentRemoved", timeline.hearRemoval);
  socket.on("person", (person) => {
    names.tell(person);
    if (person.id !== ownerId) people.hearName(person.id);
  });
  socket.on("resync", ({ time, afterMs }) => {
    names.joined();
    overtaking.told();
    timeline.resync(time, afterMs);
    void people.load(time, afterMs);
  });
  socket.on("friend", ({ time, ...friendship }) => {
    if (time !== undefined) {
      timeline.advance(time);
      people.advance(time);
    }
    overtaking.told(friendship.person.id);
    names.tell(friendship.person);
    applyFriendship(friendship, time !== undefined);
  });
  socket.on("presence", people.hear);
  socket.on("notice", (notice) => options.onNotice?.(notice));
  socket.on("session", (told) => {
    if (told.state === "expiring") warning.warn(told);
  });

  function state(): FeedState {
    const { progress, ...shown } = timeline.state;
    const connection: Connection = linked.state === "joined" ? { state: progress } : linked;
    return { connection, me, ending: warning.state, ownerId, ...shown, people: people.state };
  }

  function changed(): void {
    options.onChange(state());
  }

  function showNames(): void {
    me = me && names.of(me);
    timeline.rename();
    people.rename();
    changed();
  }

  /** What is on the screen belongs to one user: another one's comes only after it is gone, all of it in one change. */
  function belongTo(userId: string): void {
    const isOthers = ownerId !== undefined && ownerId !== userId;
    ownerId = userId;
    if (!isOthers) return;
    owned.abort();
    owned = new AbortController();
    unsent = undefined;
    warning.reset();
    names.reset();
    people.reset();
    timeline.reset();
    changed();
  }

  /** `isNewer`: what was read for an answer that said the same before may be older than that. */
  function applyFriendship(friendship: Friendship, isNewer = false): void {
    const before = people.apply({ ...friendship, person: names.of(friendship.person) });
    if (friendship.state !== "friends") timeline.dropAuthor(friendship.person.id);
    else if (isNewer || before !== "friends") timeline.welcomeAuthor(friendship.person.id);
  }

  /** Awaits a request; its answer is taken in unless the screen is another user's by then. */
  async function ask<Answer>(request: Promise<Answer>, take: (answer: Answer) => void = () => {}): Promise<Answer> {
    const { signal } = owned;
    try {
      const answer = await request;
      if (!signal.aborted) take(answer);
      return answer;
    } catch (error) {
      if (isUnauthenticated(error)) link.recheck();
      throw error;
    }
  }

  return {
    get state() {
      return state();
    },
    /** Joins, and stays joined until `stop` or until the session ends. */
    start: link.start,
    /** Leaves; what is shown stays, and `start` goes on from there. */
    stop: link.stop,
    /** To be called when the network is back, or somebody looks again: tries at once, and leaves a node that is silent. */
    retryNow: link.retryNow,
    loadOlder: () => ask(timeline.loadOlder()),
    loadMoreFriends: () => ask(people.loadMore()),
    search: (start: string) => ask(api.search(start)),
    ...createFriendRequests({ api, overtaking, ask, apply: applyFriendship }),
    ...createAccount(api, ask),
    removeComment: (id: string) => ask(api.removeComment(id), () => timeline.remove(id)),

    /** Comments, under this Idempotency-Key; without one, the same text sent again after a failure is the same comment. */
    async comment(body: string, key?: string): Promise<Comment> {
      const again = unsent?.body === body ? unsent : undefined;
      const sent = key === undefined ? (again ?? { body, key: crypto.randomUUID() }) : { body, key };
      if (key === undefined) unsent = sent;
      const settle = () => {
        if (unsent === sent) unsent = undefined;
      };
      try {
        const take = timeline.expectOwn();
        const comment = await ask(api.comment(body, sent.key), (saved) => {
          if (saved.author.id === ownerId) take(saved);
        });
        settle();
        return comment;
      } catch (error) {
        if (error instanceof ApiError && error.code === "idempotency_mismatch") settle();
        throw error;
      }
    },
  };
}
