import { insertVisitors, type Visitor } from "../../infra/load/people.ts";
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

export interface Answer {
  status: number;
  milliseconds: number;
}

/** A function's process, as Lambda has it: it may be frozen between two requests, and its connections cut meanwhile. */
export interface LambdaFunction extends AsyncDisposable {
  readonly pid: number;
  /** What is between it and the database, where a way of its own was asked for. */
  readonly way: TcpProxy;
  /** Asks who is signed in, or another path, as somebody who is. */
  ask(path?: string): Promise<Answer>;
  /** Comments as the same person. */
  comment(body: string): Promise<Answer>;
  freeze(): void;
  thaw(): void;
}

/** What functions need of a database: an address, and somebody who is signed in. */
export interface FunctionWorld {
  /** Starts a process; with a way of its own to the set's only member, or straight to all of them. */
  start(options?: { ownWay?: boolean }): Promise<LambdaFunction>;
  /** How many comments there are that say this. */
  saved(body: string): Promise<number>;
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
    async saved(body) {
      const opened = await openDatabase(config);
      try {
        return await opened.models.comments.countDocuments({ body });
      } finally {
        await opened.close();
      }
    },
    async start({ ownWay = true } = {}) {
      const way = await startTcpProxy(`http://${member?.host}`);
      const lambda = await startLambda({ ...environment, ...(ownWay ? throughWay(member?.host, way.url) : {}) });
      const target = lambda.through("v2");
      const send = async (path: string, { headers, ...init }: RequestInit = {}) => {
        const request = new Request(new URL(path, origin), {
          ...init,
          headers: { ...headers, cookie: visitor.cookie },
        });
        const began = performance.now();
        const { status } = await target.fetch(request, "203.0.113.1");
        return { status, milliseconds: performance.now() - began };
      };
      const signal = (name: NodeJS.Signals) => void process.kill(lambda.pid, name);
      return {
        pid: lambda.pid,
        way,
        ask: (path = "/api/me") => send(path),
        comment: (body) =>
          send("/api/comments", {
            method: "POST",
            headers: { origin, "content-type": "application/json" },
            body: JSON.stringify({ body }),
          }),
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

/**
 * The variable by which a process takes a way wherever it connects to a member. The set then is to it what it is: members tell
 * a driver their own addresses, so one that is given the way's leaves it at once, unless it is kept from looking at the set.
 */
function throughWay(host = "", way: string) {
  const [from, to] = [host, new URL(way).host].map((at) => Number(at.split(":")[1]));
  const module = `
    import net from "node:net";
    const { createConnection } = net;
    net.createConnection = (options, ...rest) =>
      createConnection(options.port === ${from} ? { ...options, port: ${to} } : options, ...rest);`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` };
}
