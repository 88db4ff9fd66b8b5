import { writeSync } from "node:fs";
import { bundleOf } from "../../../infra/bundle-functions.ts";

/** What the child is sent, and what it answers with under the same number. */
export interface Invocation {
  id: number;
  event: object;
  /** Ends the process in the moment in which the handler is done. */
  exits?: boolean;
}

const { handler } = (await import(bundleOf("lambda"))) as {
  handler: (event: object, context: object) => Promise<object>;
};
const context = { functionName: "kith", awsRequestId: "", callbackWaitsForEmptyEventLoop: false };

process.on("message", async ({ id, event, exits }: Invocation) => {
  const result = await handler(event, { ...context, awsRequestId: String(id) });
  if (!exits) process.send?.({ id, result });
  else {
    // Written at once: a message would need a turn of the loop more.
    writeSync(4, JSON.stringify({ id, result }));
    process.exit(0);
  }
});
process.send?.("ready");
