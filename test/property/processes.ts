import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";
import { bundlePages, writeAssets } from "../../infra/bundle.ts";
import { freePort } from "../../infra/mongod/replica-set.ts";
import { readConfig } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import { startMembers } from "../helpers/members.ts";
import { until } from "../helpers/until.ts";
import { environmentOf, origin } from "./in-process.ts";
import { createNode } from "./node.ts";
import { watchTruth } from "./truth.ts";
import type { World, WorldSocket } from "./world.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The two nodes and the HTTP side as they are run for real, over real connections; a restart kills without a word. */
export async function startWholeProcesses(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const set = stack.use(await startMembers(1));
  const config = readConfig(environmentOf(set.uri));
  const database = await openDatabase(config);
  stack.defer(() => database.close());
  const truth = await watchTruth(database);
  stack.defer(() => truth.close());
  await writeAssets(await bundlePages(), fileURLToPath(new URL("../../dist/assets", import.meta.url)));

  const [httpPort, ...nodePorts] = (await Promise.all([freePort(), freePort(), freePort()])) as [
    number,
    number,
    number,
  ];
  const environment = { ...environmentOf(set.uri), HOST: "127.0.0.1", PORT: String(httpPort) };
  const http = createNode(() => startEntry("functions/node.ts", environment, httpPort));
  const nodes = nodePorts.map((port) =>
    createNode(() => startEntry("realtime/main.ts", { ...environment, REALTIME_PORT: String(port) }, port)),
  );
  for (const each of [http, ...nodes]) stack.defer(() => each.close());
  await Promise.all([http, ...nodes].map((each) => each.start()));

  const urlOf = (node: number) => `http://127.0.0.1:${nodePorts[node]}`;
  const owned = stack.move();
  return {
    config,
    database,
    truth,
    notice: 1_000,
    patience: 60_000,
    fetchOf:
      ({ cookie }) =>
      (input, init) => {
        const { pathname, search } = new URL(String(input));
        const headers = { ...init?.headers, cookie, origin };
        return fetch(`http://127.0.0.1:${httpPort}${pathname}${search}`, { ...init, headers });
      },
    socketOf({ cookie }, nodeOf) {
      const socket = io(urlOf(nodeOf()), {
        transports: ["websocket"],
        autoConnect: false,
        reconnection: false,
        forceNew: true,
        extraHeaders: { cookie, origin },
      });
      const connect = socket.connect.bind(socket);
      return Object.assign(socket as unknown as WorldSocket, {
        connect() {
          Object.assign(socket.io, { uri: urlOf(nodeOf()) });
          return connect();
        },
        cut: () => void socket.io.engine?.close(),
      });
    },
    restart: (node) => nodes[node]?.restart() as Promise<void>,
    generationOf: (node) => nodes[node]?.generation as number,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Starts one of Kith's entries as a process; resolves when it is ready. Closing it kills it. */
async function startEntry(entry: string, environment: Record<string, string>, port: number) {
  const child = spawn(process.execPath, [entry], {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
    stdio: "ignore",
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const isReady = () => {
    if (child.exitCode !== null) throw new Error(`${entry} ended with code ${child.exitCode}.`);
    return fetch(`http://127.0.0.1:${port}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await until(isReady, { timeout: 60_000, what: `${entry} to be ready` });
  return {
    async close() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
