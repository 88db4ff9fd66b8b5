import { expect } from "vitest";
import { caseList } from "../cases.ts";

/** What a function writes reaches the sockets of a realtime node that it knows nothing of. */
export const { cases, covers } = caseList();

covers("a comment reaches the sockets of its author and of friends, and its removal too", async ({ person }) => {
  const [ada, ben, eve] = [await person("Ada"), await person("Ben"), await person("Eve")];
  await ada.befriend(ben);
  const sockets = await Promise.all([ada.connect(), ben.connect()]);
  const stranger = await eve.connect();
  const comment = await ada.comment("to your screens");
  for (const socket of sockets) expect(await socket.first("comment")).toEqual(comment);
  await ada.json(`DELETE /api/comments/${comment.id}`, {}, 204);
  for (const socket of sockets) expect(await socket.first("commentRemoved")).toMatchObject({ id: comment.id });
  expect(stranger.all("comment")).toEqual([]);
});

covers("a friend request is noticed by whom it is for", async ({ person }) => {
  const [ada, ben] = [await person("Ada"), await person("Ben")];
  const socket = await ben.connect();
  await ada.json(`PUT /api/friends/${ben.id}`);
  expect(await socket.first("notice")).toEqual({ kind: "friendRequest", from: ada.me });
  expect(await socket.first("friend")).toMatchObject({ person: ada.me, state: "incoming" });
});

covers("a new name reaches friends", async ({ person }) => {
  const [ada, ben] = [await person("Ada"), await person("Ben")];
  await ada.befriend(ben);
  const socket = await ben.connect();
  const renamed = await ada.json("PATCH /api/me", { json: { lastName: "Byron" } });
  expect(await socket.first("person")).toEqual(renamed);
});

covers("a sign-out closes the sockets of its session, and of no other", async ({ person, visitor }) => {
  const ada = await person("Ada");
  const other = await visitor().signIn(ada);
  const [ending, staying] = [await ada.connect(), await other.connect()];
  await ada.json("DELETE /api/session", {}, 204);
  expect(await ending.first("session")).toMatchObject({ state: "ended", reason: "signedOut" });
  await ending.closed();
  await other.comment("still here");
  await staying.first("comment");
  expect(staying.disconnectReason).toBeUndefined();
});

covers("a session that is ended elsewhere says so", async ({ person, visitor }) => {
  const ada = await person("Ada");
  const socket = await (await visitor().signIn(ada)).connect();
  await ada.json("DELETE /api/sessions", {}, 204);
  expect(await socket.first("session")).toMatchObject({ state: "ended", reason: "endedElsewhere" });
  await socket.closed();
});
