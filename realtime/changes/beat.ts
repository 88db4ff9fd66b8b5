import { withDeadline } from "../../shared/deadline.ts";
import type { Log } from "../../shared/log.ts";
import type { NodeModel } from "../../shared/models/node.ts";

const interval = 5_000;
/** Between two beats as long as none has come back: sockets wait for the first one. */
const firstInterval = 200;
const growth = 1.1;
/** A node whose beat did not come back for so long is not ready, and its lease has ended. */
export const staleAfter = 15_000;

/** Proof that changes flow: what this node writes must come back to it through the stream. */
export interface Beat {
  /** Milliseconds since the last beat that came back was written; Infinity before the first. */
  age(): number;
  /** Takes note of a beat that the stream brought. */
  seen(node: string, count: number): void;
  close(): Promise<void>;
}

export function startBeat(options: { nodes: NodeModel; node: string; log: Log }): Beat {
  const { nodes, node, log } = options;
  /** When each beat that has not come back yet was written. */
  const written = new Map<number, number>();
  let count = 0;
  let seenAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let pause = firstInterval / growth;

  async function write(): Promise<void> {
    count += 1;
    written.set(count, performance.now());
    // By the server's clock: all nodes compare the lease with it.
    const update = [{ $set: { count: { $literal: count }, lease: { $add: ["$$NOW", staleAfter] } } }];
    try {
      await nodes.collection.updateOne({ _id: node as never }, update, { upsert: true, maxTimeMS: interval });
    } catch (error) {
      log.warn({ err: error }, "this node's beat could not be written");
    }
    // Where none comes back, ever more beats would prove nothing.
    pause = Number.isFinite(seenAt) ? interval : Math.min(interval, pause * growth);
    for (const [earlier, at] of written) if (performance.now() - at > staleAfter) written.delete(earlier);
    if (!isClosed) timer = setTimeout(() => void write(), pause);
  }

  void write();
  return {
    age: () => performance.now() - seenAt,
    seen(from, seenCount) {
      if (from !== node) return;
      seenAt = written.get(seenCount) ?? seenAt;
      for (const earlier of written.keys()) if (earlier <= seenCount) written.delete(earlier);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await withDeadline(nodes.deleteOne({ _id: node }).exec(), 1_000).catch(() => {});
    },
  };
}
