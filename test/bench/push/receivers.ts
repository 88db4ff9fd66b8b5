import { io } from "socket.io-client";
import { until } from "../../helpers/until.ts";
import { now } from "../clock.ts";
import type { Visitor } from "../world.ts";
import { readStamp } from "./pace.ts";

/** Sockets of friends, one each. */
export interface Receivers extends Disposable {
  /** Milliseconds from before the insert to the last socket's receipt, of each comment that all have received. */
  complete(series: string): number[];
}

/** Opens one socket for each visitor; returns once all are joined and listening. */
export async function connectReceivers(url: string, origin: string, visitors: readonly Visitor[]): Promise<Receivers> {
  const receipts = new Map<string, { count: number; last: number }>();
  const problems: string[] = [];
  let joined = 0;
  const sockets = visitors.map(({ cookie }) => {
    const socket = io(url, {
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      extraHeaders: { cookie, origin },
    });
    socket.once("me", () => {
      joined += 1;
    });
    socket.once("connect_error", (error) => problems.push(error.message));
    socket.on("comment", ({ body }: { body: string }) => {
      const last = now();
      const receipt = receipts.get(body);
      if (receipt) {
        receipt.count += 1;
        receipt.last = last;
      } else {
        receipts.set(body, { count: 1, last });
      }
    });
    return socket;
  });
  const close = () => {
    for (const socket of sockets) socket.disconnect();
  };
  try {
    await until(() => problems.length > 0 || joined === visitors.length, { what: "the sockets to join" });
    if (problems[0]) throw new Error(`A socket was refused by ${url}: ${problems[0]}`);
  } catch (error) {
    close();
    throw error;
  }
  return {
    complete(series) {
      return [...receipts]
        .map(([body, receipt]) => ({ ...readStamp(body), ...receipt }))
        .filter((comment) => comment.series === series && comment.count === visitors.length)
        .map(({ last, sentAt }) => last - sentAt);
    },
    [Symbol.dispose]: close,
  };
}
