import { z } from "zod";
import { person } from "./people.ts";

/** A pair as one side sees it; `blocked`: this side blocks the other one, who cannot tell. */
export const friendState = z.enum(["friends", "incoming", "outgoing", "none", "blocked"]);
export type FriendState = z.infer<typeof friendState>;

export const friendship = z.object({ person, state: friendState });
export type Friendship = z.infer<typeof friendship>;

export const friendsQuery = z.strictObject({
  after: z.string().max(1_000).optional(),
});

export const friendsPage = z.object({
  friends: z.array(person),
  /** Who asks, who was asked and who is blocked: on the first page only. */
  incoming: z.array(person),
  outgoing: z.array(person),
  blocked: z.array(person),
  next: z.string().nullable(),
});
export type FriendsPage = z.infer<typeof friendsPage>;
