import { withDeadline } from "../../shared/deadline.ts";
import type { Log } from "../../shared/log.ts";
import { isAlive, type NodeFigures, type NodeModel } from "../../shared/models/node.ts";

const interval = 5_000;
/** Between two beats as long as none has come back: sockets wait for the first one. */
const firstInterval = 200;
const growth = 1.1;
/** After a beat that could not be written: a database that is back is not to find the lease ended. */
const retryInterval = 1_000;
/** A node whose beat did not come back for so long is not ready. */
export const staleAfter = 15_000;
/** A node that did not write for so long is dead to the others. Three beats may fail, or the primary be lost, before. */
const lease = 20_000;

/** Proof that changes flow: what this node writes must come back to it through the stream. */
export interface Beat {
  /** Milliseconds since the last beat that came back was written; Infinity before the first. */
  age(): number;
  /** Takes note of a beat that the stream brought. */
  seen(node: string, count: number): void;
  close(): Promise<void>;
}

/**
 * Beats for a node that calls itself as `name` says. One whose lease ended, as in a process that was paused, is dead to the
 * others, which may be busy removing all that bears its name: it goes on under another one.
 */
export function startBeat(options: {
  nodes: NodeModel;
  name: () => string;
  /** What each beat tells of the node. */
  figures: () => Promise<NodeFigures>;
  /** The database knows the node by this name now. */
  onBorn: (node: string) => void;
  log: Log;
}): Beat {
  const { nodes, name, figures, onBorn, log } = options;
  let node = name();
  let isBorn = false;
  /** When each beat that has not come back yet was written. */
  const written = new Map<number, number>();
  let count = 0;
  let seenAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void>;
  let isClosed = false;
  let pause = firstInterval / growth;

  async function write(): Promise<void> {
    count += 1;
    written.set(count, performance.now());
    const outcome = await put().catch((error) => {
      log.warn({ err: error }, "this node's beat could not be written");
      return "failed" as const;
    });
    // Where none comes back, ever more beats would prove nothing.
    pause = Number.isFinite(seenAt) ? interval : Math.min(interval, pause * growth);
    for (const [earlier, at] of written) if (performance.now() - at > staleAfter) written.delete(earlier);
    const next = { written: pause, failed: Math.min(pause, retryInterval), lapsed: 0 }[outcome];
    if (!isClosed) timer = setTimeout(beat, next);
  }

  async function put(): Promise<"written" | "lapsed"> {
    // By the server's clock: all nodes compare the lease with it.
    const times = { since: { $ifNull: ["$since", "$$NOW"] }, beatAt: "$$NOW", lease: { $add: ["$$NOW", lease] } };
    const update = [{ $set: { count: { $literal: count }, ...times, figures: { $literal: await figures() } } }];
    const { matchedCount } = await nodes.collection.updateOne(
      { _id: node as never, ...(isBorn ? isAlive : {}) },
      update,
      { upsert: !isBorn, maxTimeMS: interval },
    );
    if (!isBorn) {
      isBorn = true;
      onBorn(node);
      return "written";
    }
    if (matchedCount > 0) return "written";
    log.warn({ node }, "this node's lease had ended; it goes on under another name");
    node = name();
    isBorn = false;
    return "lapsed";
  }

  function beat(): void {
    writing = write();
  }

  beat();
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
      // Not before the beat that is being written, which may be the one that makes the record.
      const remove = () => nodes.deleteOne({ _id: node }).exec();
      await withDeadline(writing.then(remove), 1_000).catch(() => {});
    },
  };
}
