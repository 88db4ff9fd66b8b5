import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { createIndexes } from "../../infra/indexes.ts";
import { readConfig } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import { testEnvironment } from "./config.ts";
import { until } from "./until.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** One of Kith's two processes, as it is run for real. */
export class Process {
  readonly child: ChildProcess;
  output = "";

  constructor(entry: string, environment: Record<string, string>) {
    this.child = spawn(process.execPath, [entry], { cwd: root, env: { PATH: process.env.PATH, ...environment } });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
    }
  }

  /** The exit code, or the signal that ended it. */
  async exit(): Promise<number | string> {
    const { child } = this;
    await until(() => child.exitCode !== null || child.signalCode !== null, {
      timeout: 20_000,
      what: "the process to exit",
    });
    return child.exitCode ?? (child.signalCode as string);
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.exit();
  }
}

export interface Processes extends AsyncDisposable {
  environment: Record<string, string>;
  functionsUrl: string;
  realtimeUrl: string;
  functions: Process;
  realtime: Process;
  /** Starts the realtime process once more, after it was ended. */
  restartRealtime(): Promise<void>;
  /** Starts one more realtime process, on a port of its own. */
  anotherRealtime(): Promise<{ process: Process; realtimeUrl: string }>;
}

/** Functions and realtime as two processes, on a database of their own; pages work at `functionsUrl`. */
export async function startProcesses(overrides: Record<string, string> = {}): Promise<Processes> {
  const [port, realtimePort] = await Promise.all([freePort(), freePort()]);
  const functionsUrl = `http://localhost:${port}`;
  const realtimeUrl = `http://localhost:${realtimePort}`;
  const environment = testEnvironment({
    PORT: String(port),
    REALTIME_PORT: String(realtimePort),
    PUBLIC_ORIGIN: functionsUrl,
    HOST: "localhost",
    LOG_LEVEL: "info",
    ...overrides,
  });
  const database = await openDatabase(readConfig(environment));
  await createIndexes(database);
  await database.close();

  const untilReady = (url: string, what: Process) =>
    until(
      () => {
        if (what.child.exitCode !== null) throw new Error(`The process ended:\n${what.output}`);
        return fetch(`${url}/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      { timeout: 20_000, what: `${url} to be ready` },
    );
  const others: Process[] = [];
  const started: Processes = {
    environment,
    functionsUrl,
    realtimeUrl,
    functions: new Process("functions/node.ts", environment),
    realtime: new Process("realtime/main.ts", environment),
    async restartRealtime() {
      started.realtime = new Process("realtime/main.ts", environment);
      await untilReady(realtimeUrl, started.realtime);
    },
    async anotherRealtime() {
      const itsPort = await freePort();
      const itsUrl = `http://localhost:${itsPort}`;
      const other = new Process("realtime/main.ts", { ...environment, REALTIME_PORT: String(itsPort) });
      others.push(other);
      await untilReady(itsUrl, other);
      return { process: other, realtimeUrl: itsUrl };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([started.functions, started.realtime, ...others].map((each) => each.end()));
      const owned = await openDatabase(readConfig(environment));
      await owned.connection.dropDatabase();
      await owned.close();
    },
  };
  await Promise.all([untilReady(functionsUrl, started.functions), untilReady(realtimeUrl, started.realtime)]);
  return started;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "localhost", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
