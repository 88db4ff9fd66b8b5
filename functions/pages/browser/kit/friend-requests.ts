import type { Friendship } from "../../../../shared/contracts/friends.ts";
import type { Api } from "./api.ts";
import type { createOvertaking } from "./overtaking.ts";

export interface FriendRequestsOptions {
  api: Pick<Api, "want" | "unwant" | "block" | "unblock">;
  overtaking: Pick<ReturnType<typeof createOvertaking>, "during">;
  /** Awaits a request as all others are awaited, and takes its answer in. */
  ask: (request: Promise<Friendship>, take: (answer: Friendship) => void) => Promise<Friendship>;
  apply: (friendship: Friendship) => void;
}

/** What one can do about a person; the answers say how one stands with them. */
export function createFriendRequests({ api, overtaking, ask, apply }: FriendRequestsOptions) {
  function change(personId: string, request: Promise<Friendship>): Promise<Friendship> {
    return overtaking.during(personId, (isOvertaken) =>
      ask(request, (answer) => {
        if (!isOvertaken()) apply(answer);
      }),
    );
  }

  return {
    want: (personId: string) => change(personId, api.want(personId)),
    unwant: (personId: string) => change(personId, api.unwant(personId)),
    /** Also unfriends. The other one is not told, and an unblocking does not befriend. */
    block: (personId: string) => change(personId, api.block(personId)),
    unblock: (personId: string) => change(personId, api.unblock(personId)),
  };
}
