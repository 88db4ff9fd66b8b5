import { io } from "socket.io-client";
import { until } from "../../helpers/until.ts";
import { now } from "../clock.ts";
import type { Visitor } from "../world.ts";

/** One socket for each visitor at each node. */
export interface Sockets extends Disposable {
  /** When the last of a session's sockets was closed; undefined as long as one is open. */
  closedAt(sid: string): number | undefined;
  /** Sockets that are closed, of all sessions. */
  closed(): number;
}

/** So many handshakes at a time. */
const atOnce = 100;

/** Returns once all are joined. */
export async function connectEverywhere(
  urls: readonly string[],
  origin: string,
  visitors: readonly Visitor[],
): Promise<Sockets> {
  const closings = new Map<string, number[]>();
  const sockets: ReturnType<typeof io>[] = [];
  const problems: string[] = [];
  let joined = 0;
  const close = () => {
    for (const socket of sockets) socket.disconnect();
  };
  const connect = (url: string, { sid, cookie }: Visitor) => {
    const extraHeaders = { cookie, origin };
    const socket = io(url, { transports: ["websocket"], reconnection: false, forceNew: true, extraHeaders });
    sockets.push(socket);
    socket.once("me", () => {
      joined += 1;
    });
    socket.once("connect_error", (error) => problems.push(error.message));
    socket.once("disconnect", () => closings.set(sid, [...(closings.get(sid) ?? []), now()]));
  };
  try {
    for (let i = 0; i < visitors.length; i += atOnce) {
      for (const visitor of visitors.slice(i, i + atOnce)) for (const url of urls) connect(url, visitor);
      await until(() => problems.length > 0 || joined === sockets.length, { what: "the sockets to join" });
      if (problems[0]) throw new Error(`A socket was refused: ${problems[0]}`);
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    closedAt(sid) {
      const closed = closings.get(sid) ?? [];
      return closed.length === urls.length ? Math.max(...closed) : undefined;
    },
    closed: () => [...closings.values()].reduce((sum, { length }) => sum + length, 0),
    [Symbol.dispose]: close,
  };
}
