import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What the parent asks of a child, by name. */
export type Answers = Record<string, (input: never) => unknown>;

/** Answers the parent's questions, and ends this process when the parent ends, however that happens. */
export function answerParent(answers: Answers): void {
  const all: Answers = {
    ...answers,
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
  };
  process.on("message", async ({ id, name, input }: { id: number; name: string; input: unknown }) => {
    try {
      process.send?.({ id, output: await all[name]?.(input as never) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.stack : String(error) });
    }
  });
  process.once("disconnect", () => process.exit());
  // Ctrl-C reaches the whole group: the parent ends its children in its own order.
  process.on("SIGINT", () => {});
}

/** Says that this process is ready, and where it listens. */
export function ready(url = ""): void {
  process.send?.({ ready: url });
}

/** Listens on the loopback interface, at a free port where none is given. */
export async function listen(server: Server, port = 0): Promise<string> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
