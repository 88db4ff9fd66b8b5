import { z } from "zod";
import { person } from "./people.ts";

/** A pair as one side sees it. */
export const friendState = z.enum(["friends", "incoming", "outgoing", "none"]);
export type FriendState = z.infer<typeof friendState>;

export const friendship = z.object({ person, state: friendState });
export type Friendship = z.infer<typeof friendship>;

export const friendsQuery = z.strictObject({
  after: z.string().max(1_000).optional(),
});

export const friendsPage = z.object({
  friends: z.array(person),
  /** Who asks and who was asked; on the first page only. */
  incoming: z.array(person),
  outgoing: z.array(person),
  next: z.string().nullable(),
});
export type FriendsPage = z.infer<typeof friendsPage>;
