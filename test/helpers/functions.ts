import { insertVisitors, type Visitor } from "../../infra/load/people.ts";
import { withDatabase } from "../../infra/mongod/uri.ts";
import { readConfig } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import { origin } from "../acceptance/target.ts";
import { startLambda } from "../acceptance/targets/lambda.ts";
import { startTcpProxy, type TcpProxy } from "../faults/tcp-proxy.ts";
import { testSecret } from "./config.ts";
import type { Members } from "./members.ts";

/**
 * How long an answer may take whatever happened, in milliseconds: each use of the database has 5 s, then it is 503; the rest
 * is for a process that has to be scheduled. Every platform waits longer than that for a function.
 */
export const patience = 6_000;

/** A function's process, as Lambda has it: it may be frozen between two requests, and its connections cut meanwhile. */
export interface LambdaFunction extends AsyncDisposable {
  readonly pid: number;
  /** What is between it and the database, where a way of its own was asked for. */
  readonly way: TcpProxy;
  /** Asks who is signed in, or another path, as somebody who is. */
  ask(path?: string): Promise<{ status: number; milliseconds: number }>;
  freeze(): void;
  thaw(): void;
}

/** What functions need of a database: an address, and somebody who is signed in. */
export interface FunctionWorld {
  /** Starts a process; with a way of its own to the set's only member, or straight to all of them. */
  start(options?: { ownWay?: boolean }): Promise<LambdaFunction>;
}

export async function functionWorld(set: Members): Promise<FunctionWorld> {
  const environment = {
    NODE_ENV: "production",
    MONGODB_URI: set.uri,
    SESSION_SECRETS: testSecret,
    PUBLIC_ORIGIN: origin,
    BREACH_CHECK: "off",
    LOG_LEVEL: "silent",
  };
  const config = readConfig(environment);
  const database = await openDatabase(config);
  const [visitor] = (await insertVisitors(database, config, { prefix: "person", count: 1 })) as [Visitor];
  await database.close();
  const [member] = set.members;
  return {
    async start({ ownWay = true } = {}) {
      const way = await startTcpProxy(`http://${member?.host}`);
      const uri = withDatabase(way.url.replace("http:", "mongodb:"), "kith-own?directConnection=true");
      const lambda = await startLambda({ ...environment, ...(ownWay ? { MONGODB_URI: uri } : {}) });
      const target = lambda.through("v2");
      const signal = (name: NodeJS.Signals) => void process.kill(lambda.pid, name);
      return {
        pid: lambda.pid,
        way,
        async ask(path = "/api/me") {
          const request = new Request(new URL(path, origin), { headers: { cookie: visitor.cookie } });
          const began = performance.now();
          const { status } = await target.fetch(request, "203.0.113.1");
          return { status, milliseconds: performance.now() - began };
        },
        freeze: () => signal("SIGSTOP"),
        thaw: () => signal("SIGCONT"),
        async [Symbol.asyncDispose]() {
          signal("SIGCONT");
          await target[Symbol.asyncDispose]();
          await way[Symbol.asyncDispose]();
        },
      };
    },
  };
}
