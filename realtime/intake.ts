import type { Timestamp } from "mongodb";
import type { Log } from "../shared/log.ts";
import type { Beat } from "./changes/beat.ts";
import type { Change } from "./changes/change.ts";
import type { ChangesOptions } from "./changes/stream.ts";
import type { Delivery } from "./delivery/index.ts";
import { announcedEnd } from "./delivery/outbox.ts";
import type { Gate } from "./gate.ts";
import type { RealtimeMetrics } from "./metrics.ts";
import type { Recheck } from "./recheck.ts";
import type { Connections } from "./revocation.ts";

/** What a node does with what the change stream brings, in its order. */
export function createIntake(options: {
  connections: Pick<Connections, "explain">;
  gate: Gate;
  delivery: Delivery;
  recheck: Pick<Recheck, "all">;
  beat: Pick<Beat, "seen">;
  metrics: Pick<RealtimeMetrics, "events" | "resyncs">;
  log: Pick<Log, "error">;
}): Pick<ChangesOptions, "onBatch" | "onStart"> {
  const { connections, gate, delivery, recheck, beat, metrics, log } = options;

  function startAnew(reason: string): void {
    metrics.resyncs.inc({ reason });
    delivery.startAnew(reason);
  }

  return {
    async onBatch(batch: readonly Change[], time: Timestamp) {
      // Before anything of the batch ends a session: also the users in it do.
      for (const change of batch) {
        const end = change.kind === "outbox" ? announcedEnd(change.message) : undefined;
        if (end) connections.explain(end.key, end.reason);
      }
      await gate.pass(batch);
      await delivery.deliver(batch, time);
      gate.passed();
      for (const change of batch) {
        metrics.events.inc({ kind: change.kind });
        if (change.kind === "beat") beat.seen(change.node, change.count);
        if (change.kind === "unreadable") {
          log.error({ collection: change.collection }, "a change could not be read");
          startAnew("a change could not be read");
        }
      }
    },

    async onStart(time, lost) {
      if (lost !== undefined) await recheck.all();
      delivery.startAt(time);
      if (lost !== undefined) startAnew(lost);
    },
  };
}
