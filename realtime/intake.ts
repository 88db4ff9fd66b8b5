import type { Timestamp } from "mongodb";
import type { Log } from "../shared/log.ts";
import type { Beat } from "./changes/beat.ts";
import type { Change } from "./changes/change.ts";
import type { ChangesHandlers } from "./changes/follow.ts";
import type { Delivery } from "./delivery/index.ts";
import { announcedEnd } from "./delivery/outbox.ts";
import type { Gate } from "./gate.ts";
import type { RealtimeMetrics } from "./metrics.ts";
import type { Recheck } from "./recheck.ts";
import { createResyncs } from "./resyncs.ts";
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
}): ChangesHandlers {
  const { connections, gate, delivery, recheck, beat, metrics, log } = options;
  const resyncs = createResyncs({ startAnew: delivery.startAnew, metrics });

  /** Says what of a batch hides changes that no event tells of, and lets everybody load anew. */
  function answerGaps(batch: readonly Change[]): void {
    const unreadable = batch.flatMap((change) => (change.kind === "unreadable" ? change.collection : []));
    if (unreadable.length > 0) {
      log.error({ collections: [...new Set(unreadable)], changes: unreadable.length }, "changes could not be read");
      resyncs.request("a change could not be read");
    }
    const whole = batch.filter((change) => change.kind === "collection");
    if (whole.length > 0) {
      log.error({ events: whole }, "a whole collection was dropped or renamed");
      resyncs.request("a whole collection was dropped or renamed");
    }
  }

  return {
    async onBatch(batch: readonly Change[], time: Timestamp) {
      // Before anything of the batch ends a session: also the users in it do.
      for (const change of batch) {
        const end = change.kind === "outbox" ? announcedEnd(change.message) : undefined;
        if (end) connections.explain(end.key, end.reason);
      }
      await gate.pass(batch);
      if (batch.some(({ kind }) => kind === "unreadable" || kind === "collection")) delivery.forget();
      const late = await delivery.deliver(batch, time);
      gate.passed();
      for (const change of batch) {
        metrics.events.inc({ kind: change.kind });
        if (change.kind === "beat") beat.seen(change.node, change.count);
      }
      answerGaps(batch);
      if (late !== undefined) resyncs.request(late);
    },

    async onStart(time, lost) {
      if (lost !== undefined) await recheck.all();
      delivery.startAt(time);
      if (lost === undefined) return;
      delivery.forget();
      resyncs.tell(lost);
    },
  };
}
