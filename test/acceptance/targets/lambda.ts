import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type LambdaResult, type Shape, toEvent, toResponse } from "../../helpers/lambda-events.ts";
import type { Target } from "../target.ts";
import type { Invocation } from "./lambda-child.ts";

/** The bundle's handler in a process of its own, which is handed events as Lambda's runtime would. */
export async function startLambda(environment: Record<string, string>): Promise<{
  pid: number;
  /** The same process, through what stands before it. */
  through(shape: Shape): Target;
}> {
  const child = await startChild(environment);
  const waiting = new Map<number, PromiseWithResolvers<LambdaResult>>();
  child.on("message", ({ id, result }: { id: number; result: LambdaResult }) => waiting.get(id)?.resolve(result));
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`The function ended with ${code}.`));
  });
  let count = 0;
  return {
    pid: child.pid as number,
    through: (shape) => ({
      name: shape === "v2" ? "lambda" : `lambda ${shape}`,
      async fetch(request, address) {
        const answer = Promise.withResolvers<LambdaResult>();
        const invocation: Invocation = { id: ++count, event: await toEvent(shape, request, address) };
        waiting.set(invocation.id, answer);
        child.send(invocation);
        return toResponse(shape, await answer.promise);
      },
      async [Symbol.asyncDispose]() {
        if (child.exitCode === null && child.kill()) await once(child, "exit");
      },
    }),
  };
}

/** A function that handles one request and is killed: whatever it left to do is not done. */
export async function invokeOnce(environment: Record<string, string>, request: Request, address: string) {
  const child = await startChild(environment);
  const invocation: Invocation = { id: 1, event: await toEvent("v2", request, address), isLast: true };
  child.send(invocation);
  const written = await text(child.stdio[4] as NodeJS.ReadableStream);
  return toResponse("v2", (JSON.parse(written) as { result: LambdaResult }).result);
}

async function startChild(environment: Record<string, string>): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL("lambda-child.ts", import.meta.url)), {
    env: {
      PATH: process.env.PATH,
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "kith",
      ...environment,
    },
    stdio: ["ignore", "inherit", "inherit", "ipc", "pipe"],
  });
  const [first] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (first !== "ready") throw new Error(`The function could not be loaded (${first}).`);
  return child;
}
