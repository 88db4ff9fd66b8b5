import { staleAfter } from "./changes/beat.ts";
import type { Change } from "./changes/change.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Recheck } from "./recheck.ts";
import type { Connections } from "./revocation.ts";

/** Stands before delivery: whoever must not hear a batch is gone before it is delivered. */
export interface Gate {
  /** Rejects where that cannot be told; the batch must not be delivered then. */
  pass(batch: readonly Change[]): Promise<void>;
  /** To be called when a batch was delivered. */
  passed(): void;
}

export function createGate(options: {
  recheck: Recheck;
  deadlines: Pick<Deadlines, "settleLapsed">;
  connections: Pick<Connections, "hasUser">;
}): Gate {
  const { recheck, deadlines, connections } = options;
  let last = clocks();
  return {
    async pass(batch) {
      const now = clocks();
      // A node that heard nothing, not even its own beat, was cut off, paused or asleep: what ended meanwhile is unknown.
      const wasAway = now.steady - last.steady > staleAfter || now.wall - last.wall > staleAfter;
      // No event tells of a session that goes with its whole collection.
      if (wasAway || batch.some(({ kind }) => kind === "collection")) await recheck.all();
      await deadlines.settleLapsed();
      const people = batch.flatMap((change) => (change.kind === "person" ? change.id : []));
      const present = [...new Set(people)].filter((id) => connections.hasUser(id));
      if (present.length > 0) await recheck.users(present);
    },
    passed() {
      last = clocks();
    },
  };
}

/** Both clocks in milliseconds: the steady one stands still while the machine sleeps, the other one can be set. */
function clocks() {
  return { steady: performance.now(), wall: Date.now() };
}
