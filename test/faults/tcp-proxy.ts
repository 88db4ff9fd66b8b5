import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a process that can be made to fail in the middle, without a word to either end. */
export interface TcpProxy extends AsyncDisposable {
  /** Of the process, by this way. */
  url: string;
  /** What comes from the process is not read any more; what goes there passes. */
  stopReading(): void;
  /** Nothing passes in either direction, and the connections stay open. */
  goSilent(): void;
  /** All passes again, also what was held back. */
  goOn(): void;
  /** Those connections that there are are closed; new ones pass. */
  cut(): void;
  /** Of those connections that there are nothing is known any more, and neither end is told; new ones pass. */
  forget(): void;
  /** How many were open at once, at most. */
  readonly most: number;
}

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const pairs = new Set<{ near: Socket; far: Socket }>();
  const forgotten = new Set<{ near: Socket; far: Socket }>();
  let most = 0;
  /** The end of one side is held back as well. */
  let isHeld = false;
  const settle = (pair: { near: Socket; far: Socket }) => {
    if (isHeld || forgotten.has(pair) || !(pair.near.destroyed || pair.far.destroyed)) return;
    pair.near.destroy();
    pair.far.destroy();
    pairs.delete(pair);
  };
  const server = createServer((near) => {
    const far = connect({ host: "127.0.0.1", port: Number(new URL(target).port) });
    const pair = { near, far };
    pairs.add(pair);
    most = Math.max(most, pairs.size);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.pipe(other);
      one.on("error", () => {});
      one.on("close", () => settle(pair));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  /** A pipe goes on by itself when its target drains; one that is taken away does not. */
  const hold = (from: Socket, to: Socket) => {
    from.unpipe(to);
    from.pause();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    stopReading() {
      isHeld = true;
      for (const { near, far } of pairs) hold(far, near);
    },
    goSilent() {
      isHeld = true;
      for (const { near, far } of pairs) {
        hold(far, near);
        hold(near, far);
      }
    },
    goOn() {
      isHeld = false;
      for (const pair of pairs) {
        const { near, far } = pair;
        far.unpipe(near).pipe(near);
        near.unpipe(far).pipe(far);
        settle(pair);
      }
    },
    cut() {
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
    },
    forget() {
      for (const pair of pairs) {
        hold(pair.far, pair.near);
        hold(pair.near, pair.far);
        forgotten.add(pair);
        pairs.delete(pair);
      }
    },
    get most() {
      return most;
    },
    async [Symbol.asyncDispose]() {
      for (const { near, far } of [...pairs, ...forgotten]) {
        near.destroy();
        far.destroy();
      }
      server.close();
      await once(server, "close");
    },
  };
}
