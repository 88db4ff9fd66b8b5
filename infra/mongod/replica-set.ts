import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { MongodError, reasonOf } from "./errors.ts";
import { becomePrimary } from "./primary.ts";
import { type Ended, type MongodProcess, spawnMongod } from "./process.ts";

export type ReplicaSetOptions = {
  mongod: string;
  /** The data folder: made when it is not there, kept when the server stops. */
  dbPath: string;
  /** 0 or absent: a free one. */
  port?: number;
  setParameters?: Record<string, string | number | boolean>;
  replSet?: string;
};

export type ReplicaSet = {
  uri: string;
  port: number;
  pid: number;
  /** Ends the server and waits until it has; with SIGKILL at once, without flushing. A second call does nothing. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

const startMs = 60_000;
const freePortAttempts = 3;

/**
 * Starts a replica set of one on 127.0.0.1 and returns once it takes writes; the server ends with this process.
 * Throws a MongodError within 60 s: a taken port, a folder in use, or else the last lines of the server's log.
 */
export async function startReplicaSet(options: ReplicaSetOptions): Promise<ReplicaSet> {
  await mkdir(options.dbPath, { recursive: true });
  if (options.port) return startOn(options.port, options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await freePort(), options);
    } catch (error) {
      // Somebody else may have taken the port between our look and the server's.
      if (!(error instanceof MongodError) || error.fault !== "port-taken" || attempt === freePortAttempts) throw error;
    }
  }
}

async function startOn(port: number, options: ReplicaSetOptions): Promise<ReplicaSet> {
  const { mongod, dbPath, replSet = "kith" } = options;
  const server = spawnMongod(mongod, argumentsFor(port, replSet, options));
  try {
    await untilPrimary(server, port, replSet);
  } catch (error) {
    const ended = await Promise.race([server.ended, undefined]);
    await server.stop("SIGKILL");
    throw error instanceof MongodError ? error : await explain(error, ended, { port, dbPath, log: server.tail() });
  }
  return {
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=${encodeURIComponent(replSet)}&directConnection=false`,
    port,
    pid: server.pid,
    stop: server.stop,
  };
}

/** The command line of a member on a port of 127.0.0.1. */
export function argumentsFor(port: number, replSet: string, options: ReplicaSetOptions): string[] {
  const address = ["--bind_ip", "127.0.0.1", "--port", String(port)];
  const storage = ["--dbpath", options.dbPath, "--wiredTigerCacheSizeGB", "0.25"];
  const parameters = Object.entries({ diagnosticDataCollectionEnabled: false, ...options.setParameters });
  return [
    ...address,
    ...(process.platform === "win32" ? [] : ["--nounixsocket"]),
    ...storage,
    ...["--replSet", replSet],
    ...parameters.flatMap(([name, value]) => ["--setParameter", `${name}=${value}`]),
  ];
}

async function untilPrimary(server: MongodProcess, port: number, replSet: string): Promise<void> {
  const givenUp = new AbortController();
  const giveUp = (reason: string) => givenUp.abort(new Error(reason));
  const timer = setTimeout(() => giveUp(`mongod did not take writes within ${startMs / 1000} s`), startMs);
  void server.ended.then((how) => giveUp(`mongod ended before it took writes (${describe(how)})`));
  const aborted = once(givenUp.signal, "abort").then(() => givenUp.signal.throwIfAborted());
  try {
    await Promise.race([server.listening, aborted]);
    await Promise.race([becomePrimary(port, replSet, givenUp.signal), aborted]);
  } finally {
    clearTimeout(timer);
  }
}

function describe({ code, signal, error }: Ended): string {
  return error?.message ?? (signal === null ? `code ${code}` : signal);
}

type Circumstances = { port: number; dbPath: string; log: string };

async function explain(error: unknown, ended: Ended | undefined, where: Circumstances): Promise<MongodError> {
  const { port, dbPath, log } = where;
  if (ended?.code === 48) {
    const text = `Port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another port.`;
    return new MongodError("port-taken", text, { cause: error });
  }
  if (log.includes("DBPathInUse")) {
    const pid = (await readFile(join(dbPath, "mongod.lock"), "utf8").catch(() => "")).trim() || "unknown";
    const text = `The data folder ${dbPath} is in use by another mongod (pid ${pid}): stop that one, or choose another folder.`;
    return new MongodError("folder-in-use", text, { cause: error });
  }
  if (ended?.code === 62) {
    const text = `The data in ${dbPath} were written by another version of MongoDB: use that version, or empty the folder.`;
    return new MongodError("wrong-version", `${text}\n${log}`, { cause: error });
  }
  const said = log === "" ? "" : ` The last lines of its log:\n${log}`;
  return new MongodError("failed", `${reasonOf(error)}.${said}`, { cause: error });
}

/** A port of 127.0.0.1 that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
