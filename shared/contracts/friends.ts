import { z } from "zod";
import { position } from "./comments.ts";
import { person } from "./people.ts";

/** A pair as one side sees it; `blocked`: this side blocks the other one, who cannot tell. */
export const friendState = z.enum(["friends", "incoming", "outgoing", "none", "blocked"]);
export type FriendState = z.infer<typeof friendState>;

export const friendship = z.object({ person, state: friendState }).meta({ id: "Friendship" });
export type Friendship = z.infer<typeof friendship>;

export const friendsQuery = z.strictObject({
  after: z.string().max(1_000).optional(),
  time: position.optional(),
});

/** Online: with a socket on any node, or without one for a few seconds only. */
export const friend = person.extend({ online: z.boolean() });
export type Friend = z.infer<typeof friend>;

export const friendsPage = z.object({
  friends: z.array(friend),
  /** Who asks, who was asked and who is blocked: on the first page only. */
  incoming: z.array(person),
  outgoing: z.array(person),
  blocked: z.array(person),
  next: z.string().nullable(),
});
export type FriendsPage = z.infer<typeof friendsPage>;
