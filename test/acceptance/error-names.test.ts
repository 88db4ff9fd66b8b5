import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundlePages } from "../../infra/bundle.ts";
import { bundleFunctions, bundleOf } from "../../infra/bundle-functions.ts";
import { testEnvironment } from "../helpers/config.ts";
import { toEvent } from "../helpers/lambda-events.ts";
import { freePort } from "../helpers/processes.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-bundles-"));
  const assets = await bundlePages();
  await Promise.all((["node", "lambda"] as const).map((target) => bundleFunctions(target, assets, folder)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a process says of the first error that it logs. */
async function firstError(args: string[]): Promise<unknown> {
  const [port, nobodys] = await Promise.all([freePort(), freePort()]);
  const env = testEnvironment({
    MONGODB_URI: `mongodb://127.0.0.1:${nobodys}/kith?replicaSet=kith`,
    HOST: "127.0.0.1",
    PORT: String(port),
    LOG_LEVEL: "info",
  });
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    // One that logs none would never end.
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  try {
    for await (const line of createInterface(child.stdout)) {
      const { err } = JSON.parse(line) as { err?: { type: string } };
      if (err) return err.type;
    }
    return undefined;
  } finally {
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
  }
}

test("the server's log names an error by its class", async () => {
  expect(await firstError([bundleOf("node", folder)])).toBe("MongoServerSelectionError");
});

test("the function's log names an error by its class", async () => {
  const event = await toEvent("v2", new Request("https://kith.test/ready"), "203.0.113.1");
  const invoke = `
    const { handler } = await import(${JSON.stringify(bundleOf("lambda", folder))});
    await handler(${JSON.stringify(event)}, { awsRequestId: "1" });`;
  expect(await firstError(["--input-type=module", "--eval", invoke])).toBe("MongoServerSelectionError");
});
