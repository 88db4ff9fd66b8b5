import assert from "node:assert/strict";
import { startNode } from "../../acceptance/targets/node.ts";
import { startWorker } from "../../acceptance/targets/worker.ts";
import { toEvent } from "../../helpers/lambda-events.ts";
import { type Setting, startChild } from "../processes.ts";
import type { Visitor } from "../world.ts";

/** A process that has answered its first request. */
export interface Started extends AsyncDisposable {
  /** Asks once more; the body of the answer. */
  ask(): Promise<string>;
}

const address = "203.0.113.1";
const requestOf = ({ cookie }: Visitor) => new Request("http://kith.bench/api/me", { headers: { cookie } });

/** A handler's bundle, as Lambda would start it for a request. */
export async function startHandler(
  setting: Setting,
  bundles: { runtime: string; handler: string },
  visitor: Visitor,
): Promise<Started> {
  const event = await toEvent("v2", requestOf(visitor), address);
  const args = [bundles.handler, JSON.stringify(event)];
  const child = await startChild(bundles.runtime, setting, { onServerCore: true, args });
  expectVisitor(child.url, visitor);
  return { ask: () => child.ask<string>("invoke", event), [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

const servers = { node: startNode, worker: startWorker };

/** A server's bundle: its process from its start, with all that it needs until it listens. */
export async function startServer(
  name: keyof typeof servers,
  { environment }: Setting,
  visitor: Visitor,
): Promise<Started> {
  const server = await servers[name](environment);
  const ask = async () => (await server.fetch(requestOf(visitor), address)).text();
  expectVisitor(await ask(), visitor);
  return { ask, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function expectVisitor(body: string, { person }: Visitor): void {
  assert.deepEqual(JSON.parse(body), person, "The first answer is about somebody else.");
}
