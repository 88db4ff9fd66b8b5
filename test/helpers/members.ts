import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, MongoClient } from "mongodb";
import { findMongod } from "../../infra/mongod/find.ts";
import { type MongodProcess, spawnMongod } from "../../infra/mongod/process.ts";
import { argumentsFor, freePort } from "../../infra/mongod/replica-set.ts";
import { until } from "./until.ts";

const replSet = "kith-members";
/** The exit code of a mongod whose port is taken. */
const portTaken = 48;
const attempts = 3;

/** What a member is in the set's configuration; absent fields have MongoDB's own defaults. */
export interface MemberOptions {
  /** 0 and `votes: 0`: a copy to read from, for which no write waits, so that it may lag. */
  priority?: number;
  votes?: 0 | 1;
  tags?: Record<string, string>;
}

/** One mongod of a set, which a test may pause, make fail, kill and start again. */
export interface Member {
  /** "127.0.0.1:port", as the set knows it. */
  readonly host: string;
  readonly pid: number;
  /** Runs a command on this member itself, on its `admin` database. */
  admin(command: Document): Promise<Document>;
  /** Stops the process where it stands, connections and all; `resume` lets it go on. */
  pause(): void;
  resume(): void;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and data; resolves when it is a primary or a secondary. */
  start(): Promise<void>;
  /** Stops applying what the primary writes, or goes on; only of a secondary. */
  setLag(isLagging: boolean): Promise<void>;
}

export interface Members extends AsyncDisposable {
  /** Lists all members, and names a database. */
  uri: string;
  members: Member[];
  /** The writable one; waits up to 30 s for one to be elected. */
  primary(): Promise<Member>;
}

/**
 * Starts a replica set of several members on 127.0.0.1, with `enableTestCommands`; the first one is its primary. Resolves
 * when all of them hold the data.
 */
export async function startMembers(
  wanted: number | readonly MemberOptions[],
  options: {
    setParameters?: Record<string, string | number | boolean>;
    electionTimeoutMillis?: number;
    /** More of each member's command line. */
    arguments?: readonly string[];
  } = {},
): Promise<Members> {
  const configurations = typeof wanted === "number" ? Array.from({ length: wanted }, () => ({})) : wanted;
  const { path } = await findMongod({ cacheDir: fileURLToPath(new URL("../../.kith/mongod", import.meta.url)) });
  const folder = await mkdtemp(join(tmpdir(), "kith-test-"));
  const setParameters = { enableTestCommands: true, ...options.setParameters };
  const started = await startAll(path, folder, configurations.length, setParameters, options.arguments ?? []);
  const first = started[0] as StartedMember;
  const set: Members = {
    uri: `mongodb://${started.map(({ host }) => host).join(",")}/kith-own?replicaSet=${replSet}`,
    members: started,
    primary: () =>
      until(
        async () => {
          const roles = await Promise.all(started.map((member) => member.role().catch(() => undefined)));
          return started[roles.indexOf("primary")];
        },
        { timeout: 30_000, what: "a primary" },
      ),
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((member) => member.dispose()));
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await first.admin({
      replSetInitiate: {
        _id: replSet,
        version: 1,
        members: started.map(({ host }, n) => ({ _id: n, host, ...configurations[n] })),
        settings: { electionTimeoutMillis: options.electionTimeoutMillis ?? 2_000, heartbeatIntervalMillis: 500 },
      },
    });
    for (const { host, role } of started) await until(role, { timeout: 60_000, what: `${host} to be ready` });
    await until(
      async () =>
        (await first.role()) === "primary" ||
        first.admin({ replSetStepUp: 1 }).then(
          () => false,
          () => false,
        ),
      { timeout: 30_000, what: "the first member to be primary" },
    );
    return set;
  } catch (error) {
    await set[Symbol.asyncDispose]();
    throw error;
  }
}

interface StartedMember extends Member {
  role(): Promise<"primary" | "secondary" | undefined>;
  dispose(): Promise<void>;
}

async function startAll(
  mongod: string,
  folder: string,
  count: number,
  setParameters: Record<string, string | number | boolean>,
  more: readonly string[],
): Promise<StartedMember[]> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await Promise.all(Array.from({ length: count }, freePort));
    const members = await Promise.allSettled(
      ports.map(async (port, n) => {
        const dbPath = await mkdtemp(join(folder, `member-${n}-`));
        return startMember(mongod, port, [...argumentsFor(port, replSet, { mongod, dbPath, setParameters }), ...more]);
      }),
    );
    const failed = members.find((member) => member.status === "rejected");
    const running = members.flatMap((member) => (member.status === "fulfilled" ? member.value : []));
    if (!failed) return running;
    await Promise.all(running.map((member) => member.dispose()));
    // Somebody else may have taken a port between our look and the server's.
    if (failed.reason.code !== portTaken || attempt === attempts) throw failed.reason;
  }
}

async function startMember(mongod: string, port: number, args: string[]): Promise<StartedMember> {
  const host = `127.0.0.1:${port}`;
  let hasEnded = false;
  const spawned = async () => {
    const server = await spawn(mongod, args);
    hasEnded = false;
    void server.ended.then(() => {
      hasEnded = true;
    });
    return server;
  };
  let running = await spawned();
  const client = new MongoClient(`mongodb://${host}/`, { directConnection: true, serverSelectionTimeoutMS: 1_000 });
  const admin = (command: Document) => client.db("admin").command(command);
  const role = async () => {
    const { isWritablePrimary, secondary } = await admin({ hello: 1 });
    return isWritablePrimary ? ("primary" as const) : secondary ? ("secondary" as const) : undefined;
  };
  const signal = (name: NodeJS.Signals) => void process.kill(running.pid, name);
  return {
    host,
    get pid() {
      return running.pid;
    },
    admin,
    role,
    pause: () => signal("SIGSTOP"),
    resume: () => signal("SIGCONT"),
    stop: (name) => running.stop(name),
    async start() {
      running = await spawned();
      await until(() => role().catch(() => undefined), { timeout: 30_000, what: `${host} to be back` });
    },
    async setLag(isLagging) {
      await admin({ configureFailPoint: "rsSyncApplyStop", mode: isLagging ? "alwaysOn" : "off" });
    },
    async dispose() {
      await client.close();
      // A paused one could not be ended.
      if (!hasEnded) signal("SIGCONT");
      await running.stop("SIGKILL");
    },
  };
}

async function spawn(mongod: string, args: string[]): Promise<MongodProcess> {
  const server = spawnMongod(mongod, args);
  const ended = server.ended.then(({ code, error }) => {
    throw Object.assign(error ?? new Error(`mongod ended:\n${server.tail()}`), { code });
  });
  await Promise.race([server.listening, ended]);
  ended.catch(() => {});
  return server;
}
