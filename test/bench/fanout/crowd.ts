import { until } from "../../helpers/until.ts";
import { now } from "../clock.ts";
import type { Visitor } from "../world.ts";
import { openRawClient, type RawClient } from "./raw-client.ts";

/** Many clients of one server. */
export interface Crowd extends Disposable {
  readonly size: number;
  /** Milliseconds until all had joined. */
  readonly joining: number;
}

/** So many handshakes at a time. */
const atOnce = 100;
const joinTimeout = 60_000;
const namespaceJoined = 0x30;
const event = 0x32;
const commentEvent = Buffer.from('2["comment"');
const meEvent = Buffer.from('2["me"');

/**
 * Opens a socket for each visitor (several for one that comes several times), at most 100 handshakes at a time. `saysWho`:
 * whether the server ends a join with `me`, as Kith does. `onComment` gets the frame of each `comment`, and whose
 * socket it came to.
 */
export async function gather(
  url: string,
  visitors: readonly Visitor[],
  options: { origin: string; saysWho: boolean; onComment?: (frame: Buffer, visitor: Visitor) => void },
): Promise<Crowd> {
  const target = new URL(url);
  const clients: RawClient[] = [];
  let joined = 0;
  let problem: string | undefined;
  let isDone = false;
  const start = now();

  function open(): void {
    const visitor = visitors[clients.length] as Visitor;
    let isJoined = false;
    const join = () => {
      isJoined = true;
      joined += 1;
      if (clients.length < visitors.length) open();
    };
    const client = openRawClient(
      target,
      { cookie: visitor.cookie, origin: options.origin },
      {
        onMessage(frame) {
          if (!isJoined) {
            const isWho = frame[0] === event && frame.subarray(0, meEvent.length).equals(meEvent);
            if (options.saysWho ? isWho : frame[0] === namespaceJoined) join();
          } else if (frame[0] === event && frame.subarray(0, commentEvent.length).equals(commentEvent)) {
            options.onComment?.(frame, visitor);
          }
        },
        onClose(reason) {
          if (!isDone) problem ??= `A socket was closed: ${reason}`;
        },
      },
    );
    clients.push(client);
  }

  const close = () => {
    isDone = true;
    for (const client of clients) client.destroy();
  };
  try {
    for (let i = 0; i < Math.min(atOnce, visitors.length); i++) open();
    await until(() => problem !== undefined || joined === visitors.length, {
      timeout: joinTimeout,
      what: `${visitors.length} sockets to join`,
    });
    if (problem !== undefined) throw new Error(problem);
  } catch (error) {
    close();
    throw error;
  }
  return { size: clients.length, joining: now() - start, [Symbol.dispose]: close };
}

const bodyKey = Buffer.from('"body":"');

/** The body of a comment that holds no escapes. */
export function bodyIn(frame: Buffer): string {
  const start = frame.indexOf(bodyKey) + bodyKey.length;
  return frame.toString("latin1", start, frame.indexOf(0x22, start));
}
