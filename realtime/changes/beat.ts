import type { Log } from "../../shared/log.ts";
import type { NodeModel } from "../../shared/models/node.ts";

const interval = 5_000;
/** A node whose beat did not come back for so long is not ready, and its lease has ended. */
export const staleAfter = 15_000;

/** Proof that changes flow: what this node writes must come back to it through the stream. */
export interface Beat {
  /** Milliseconds since the last beat that came back was written; Infinity before the first. */
  age(): number;
  /** Takes note of a beat that the stream brought. */
  seen(node: string): void;
  close(): Promise<void>;
}

export function startBeat(options: { nodes: NodeModel; node: string; log: Log }): Beat {
  const { nodes, node, log } = options;
  let written = 0;
  let seenAt = Number.NEGATIVE_INFINITY;
  let isWriting = false;

  async function write(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    written = performance.now();
    try {
      await nodes.collection.updateOne(
        { _id: node as never },
        { $currentDate: { beat: { $type: "timestamp" } }, $set: { lease: new Date(Date.now() + staleAfter) } },
        { upsert: true, maxTimeMS: interval },
      );
    } catch (error) {
      log.warn({ err: error }, "this node's beat could not be written");
    } finally {
      isWriting = false;
    }
  }

  void write();
  const timer = setInterval(() => void write(), interval);
  return {
    age: () => performance.now() - seenAt,
    seen(from) {
      if (from === node) seenAt = written;
    },
    async close() {
      clearInterval(timer);
      await nodes.deleteOne({ _id: node }).catch(() => {});
    },
  };
}
