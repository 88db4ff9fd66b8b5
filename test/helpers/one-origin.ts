import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createIndexes } from "../../infra/indexes.ts";
import { readConfig } from "../../shared/config.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { testEnvironment } from "./config.ts";
import { say } from "./deploy-tools.ts";
import { freePort, Process } from "./processes.ts";
import { until } from "./until.ts";

const caddyfile = fileURLToPath(new URL("../../infra/compose/caddy/Caddyfile", import.meta.url));

/** Two functions and two realtime nodes, as their bundles, behind the proxy that infra describes, in production. */
export interface OneOrigin extends AsyncDisposable {
  /** https://localhost and a port. */
  url: string;
  /** Where the proxy sends whoever comes without TLS to `url`. */
  plainUrl: string;
  /** The certificate of the proxy's own authority, in PEM. */
  authority: string;
  database: Database;
  functions: Process[];
  realtime: Process[];
  /** Tells the proxy to read its file again, as after a change of it. */
  reload(): Promise<void>;
}

export async function startOneOrigin(caddy: string): Promise<OneOrigin> {
  await using stack = new AsyncDisposableStack();
  const ports = await Promise.all(Array.from({ length: 7 }, freePort));
  const [httpPort, httpsPort, adminPort, ...others] = ports as [number, number, number, ...number[]];
  const url = `https://localhost:${httpsPort}`;
  const environment = testEnvironment({
    NODE_ENV: "production",
    PUBLIC_ORIGIN: url,
    HOST: "127.0.0.1",
    // The proxy's address alone: those of the clients here are loopback's too.
    TRUST_PROXY: "127.0.0.1/32",
    LOG_LEVEL: "info",
    DRAIN_SPREAD: "1s",
  });
  const database = await openDatabase(readConfig(environment));
  stack.defer(async () => {
    await database.connection.dropDatabase();
    await database.close();
  });
  await createIndexes(database);

  const start = (bundle: string, variable: string, port: number) => {
    const started = new Process(bundle, { ...environment, [variable]: String(port) });
    stack.defer(async () => void (await started.end()));
    return started;
  };
  const [functionPorts, realtimePorts] = [others.slice(0, 2), others.slice(2)];
  const functions = functionPorts.map((port) => start("dist/functions/node.mjs", "PORT", port));
  const realtime = realtimePorts.map((port) => start("dist/realtime/main.mjs", "REALTIME_PORT", port));

  const ready = (port: number) =>
    fetch(`http://127.0.0.1:${port}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  // First the processes: the proxy looks once as it starts, and then every 2 s.
  await until(
    async () => {
      const over = [...functions, ...realtime].find(({ child }) => child.exitCode !== null);
      if (over) throw new Error(`A process ended:\n${over.output}`);
      return (await Promise.all(others.map(ready))).every(Boolean);
    },
    { timeout: 30_000, what: "the processes to be ready" },
  );

  const home = await mkdtemp(join(tmpdir(), "kith-caddy-"));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const surroundings = {
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_CONFIG_HOME: home,
    CADDY_ADMIN: `localhost:${adminPort}`,
    SITE: "localhost",
    HTTP_PORT: String(httpPort),
    HTTPS_PORT: String(httpsPort),
    FUNCTIONS: functionPorts.map((port) => `127.0.0.1:${port}`).join(" "),
    REALTIME: realtimePorts.map((port) => `127.0.0.1:${port}`).join(" "),
  };
  const file = ["--adapter", "caddyfile", "--config", caddyfile];
  const proxy = spawn(caddy, ["run", ...file], { stdio: ["ignore", "ignore", "pipe"], env: surroundings });
  let output = "";
  proxy.stderr.on("data", (chunk) => {
    output += chunk;
  });
  stack.defer(() => ended(proxy));

  const certificate = join(home, "caddy/pki/authorities/local/root.crt");
  const authority = await until(
    async () => {
      if (proxy.exitCode !== null) throw new Error(`The proxy ended:\n${output}`);
      const pem = await readFile(certificate, "utf8").catch(() => undefined);
      return pem && (await answers(`${url}/health`, pem)) ? pem : undefined;
    },
    { timeout: 30_000, what: "the proxy to be ready" },
  );
  const owned = stack.move();
  return {
    url,
    plainUrl: `http://localhost:${httpPort}`,
    authority,
    database,
    functions,
    realtime,
    async reload() {
      const { code, text } = await say(caddy, ["reload", "--force", ...file], surroundings);
      if (code !== 0) throw new Error(text);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function answers(url: string, authority: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { ca: authority, agent: false }, (response) => resolve(response.resume().statusCode === 200)).on(
      "error",
      () => resolve(false),
    );
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) child.kill();
  await until(() => child.exitCode !== null || child.signalCode !== null, { what: "the proxy to end" });
}
