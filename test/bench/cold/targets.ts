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
const requestOf = ({ cookie }: Visitor, path: Path) => new Request(`http://kith.bench${path}`, { headers: { cookie } });

/** What is asked first: who one is, or the feed, for which mongoose is loaded. */
export type Path = "/api/me" | "/api/comments";

/** A handler's bundle, as Lambda would start it for a request. */
export async function startHandler(
  setting: Setting,
  bundles: { runtime: string; handler: string },
  visitor: Visitor,
  path: Path,
): Promise<Started> {
  const event = await toEvent("v2", requestOf(visitor, path), address);
  const args = [bundles.handler, JSON.stringify(event)];
  const child = await startChild(bundles.runtime, setting, { onServerCore: true, args });
  expectAnswer(child.url, visitor, path);
  return { ask: () => child.ask<string>("invoke", event), [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

const servers = { node: startNode, worker: startWorker };

/** A server's bundle: its process from its start, with all that it needs until it listens. */
export async function startServer(
  name: keyof typeof servers,
  { environment }: Setting,
  visitor: Visitor,
  path: Path,
): Promise<Started> {
  const server = await servers[name](environment);
  const ask = async () => (await server.fetch(requestOf(visitor, path), address)).text();
  expectAnswer(await ask(), visitor, path);
  return { ask, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function expectAnswer(body: string, { person }: Visitor, path: Path): void {
  if (path === "/api/me") assert.deepEqual(JSON.parse(body), person, "The first answer is about somebody else.");
  else assert.deepEqual(JSON.parse(body).comments, [], "The first answer is no feed of somebody without friends.");
}
