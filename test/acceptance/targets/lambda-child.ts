import { writeSync } from "node:fs";
import { bundleOf } from "../../../infra/bundle-functions.ts";

/** What the child is sent, and what it answers with under the same number. */
export interface Invocation {
  id: number;
  event: object;
  /** Kills the process in the moment in which the handler is done. */
  isLast?: boolean;
}

const { handler } = (await import(bundleOf("lambda"))) as {
  handler: (event: object, context: object) => Promise<object>;
};
const context = { functionName: "kith", awsRequestId: "", callbackWaitsForEmptyEventLoop: false };

process.on("message", async ({ id, event, isLast }: Invocation) => {
  const result = await handler(event, { ...context, awsRequestId: String(id) });
  if (!isLast) process.send?.({ id, result });
  else {
    // Written at once: a message would need a turn of the loop more.
    writeSync(4, JSON.stringify({ id, result }));
    process.kill(process.pid, "SIGKILL");
  }
});
process.send?.("ready");
