import { setTimeout } from "node:timers/promises";
import type { LoadOptions } from "./options.ts";
import type { Server } from "./server.ts";
import type { LoadWorld } from "./world.ts";

const pause = 10_000;

/** Does what the options ask for to the processes, in turn, until `stopping`; leaves all of them running. */
export async function harm(
  world: Pick<LoadWorld, "nodes" | "functions">,
  options: Pick<LoadOptions, "killNode" | "stopNode" | "restartNodes" | "killFunctions">,
  { stopping, say }: { stopping: AbortSignal; say: (what: string) => void },
): Promise<void> {
  const again = async (server: Server, signal: NodeJS.Signals) => {
    await server.stop(signal);
    await server.start();
  };
  const pick = (servers: readonly Server[]) => servers[Math.floor(Math.random() * servers.length)] as Server;
  const kinds: { every: number; what: string; work: () => Promise<void> }[] = [
    { every: options.killNode, what: "a node was killed", work: () => again(pick(world.nodes), "SIGKILL") },
    {
      every: options.restartNodes,
      what: "all nodes are restarted in turn",
      async work() {
        for (const node of world.nodes) await again(node, "SIGTERM");
      },
    },
    {
      every: options.stopNode,
      what: "a node was paused",
      async work() {
        const node = pick(world.nodes);
        node.pause();
        await setTimeout(pause);
        node.resume();
        await node.ready();
      },
    },
    {
      every: options.killFunctions,
      what: "functions were killed",
      work: () => again(pick(world.functions), "SIGKILL"),
    },
  ];
  // One harm at a time: two at once may leave nobody to come back to.
  let last: Promise<void> = Promise.resolve();
  const repeat = async ({ every, what, work }: (typeof kinds)[number]) => {
    while (every > 0 && !stopping.aborted) {
      await setTimeout(every * 1_000, undefined, { signal: stopping }).catch(() => {});
      if (stopping.aborted) break;
      last = last.then(() => {
        say(what);
        return work();
      });
      await last;
    }
  };
  await Promise.all(kinds.map(repeat));
}
