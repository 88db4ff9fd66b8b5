import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testSecret } from "../helpers/config.ts";
import { srvName, startNameServer } from "../helpers/name-server.ts";
import { freePort, Process } from "../helpers/processes.ts";
import { startTlsSet, type TlsSet, whyNoTlsSet } from "../helpers/tls-set.ts";
import { until } from "../helpers/until.ts";
import { origin, type Target } from "./target.ts";
import { startLambda } from "./targets/lambda.ts";
import { startNode } from "./targets/node.ts";
import { Visitor } from "./visitor.ts";

const missing = await whyNoTlsSet();
if (missing) process.stderr.write(`SKIPPED: a database with TLS and a password cannot be started: ${missing}\n`);

/** As the recipes of infra/deploy.md have it: the bundles, and a database that is reached by TLS and a password alone. */
describe.skipIf(missing)("a database with TLS and a password", () => {
  let set: TlsSet;
  let startWorker: typeof import("./targets/worker.ts").startWorker;
  let realtimeUrl: string;
  const targets = new Map<string, Target>();
  const stack = new AsyncDisposableStack();

  const environmentOf = (uri: string) => ({
    NODE_ENV: "production",
    MONGODB_URI: uri,
    SESSION_SECRETS: testSecret,
    PUBLIC_ORIGIN: origin,
    TRUST_PROXY: "loopback",
    BREACH_CHECK: "off",
    LOG_LEVEL: "error",
  });
  /** Tells Node of an authority that is none of the public ones; an address may do so too, by `tlsCAFile`. */
  const trusting = (uri: string) => ({ ...environmentOf(uri), NODE_EXTRA_CA_CERTS: set.authority });
  const startFunction = async (environment: Record<string, string>) => (await startLambda(environment)).through("v2");
  const answers = (url: string) =>
    fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );

  async function startRealtime(environment: Record<string, string>): Promise<{ url: string; process: Process }> {
    const port = await freePort();
    const variables = { HOST: "localhost", REALTIME_PORT: String(port), DRAIN_SPREAD: "0s" };
    const started = new Process("dist/realtime/main.mjs", { ...environment, ...variables });
    stack.defer(async () => void (await started.end()));
    const url = `http://localhost:${port}`;
    await until(() => answers(url), { timeout: 20_000, what: `${url} to be ready` });
    return { url, process: started };
  }

  beforeAll(async () => {
    set = stack.use(await startTlsSet());
    // Miniflare reads it as it is loaded, and has workerd trust it. Nothing else could: see infra/deploy.md.
    process.env.NODE_EXTRA_CA_CERTS = set.authority;
    startWorker = (await import("./targets/worker.ts")).startWorker;
    const indexes = new Process("dist/tools/indexes.mjs", trusting(set.uri()));
    expect(await indexes.exit(), indexes.output).toBe(0);
    const [realtime, ...started] = await Promise.all([
      startRealtime(trusting(set.uri())),
      startNode(environmentOf(set.uri({ tlsCAFile: set.authority }))),
      startFunction(trusting(set.uri())),
      startWorker(environmentOf(set.uri())),
    ]);
    realtimeUrl = realtime.url;
    for (const target of started) targets.set(target.name, stack.use(target));
  }, 60_000);
  afterAll(() => stack.disposeAsync());

  test.each(["node", "lambda", "worker"])("serves people on %s, and a node hears of it", async (name) => {
    const visitor = () => new Visitor(targets.get(name) as Target, realtimeUrl, new Set());
    const [ada, ben] = await Promise.all([visitor().signUp("Ada"), visitor().signUp("Ben")]);
    await ada.befriend(ben);
    const again = await visitor().signIn(ben);
    const socket = await again.connect();
    const comment = await ada.comment("in private");
    expect(await socket.first("comment")).toEqual(comment);
    expect((await again.json<{ comments: unknown[] }>("GET /api/comments")).comments).toEqual([comment]);
    await again.json("DELETE /api/session", {}, 204);
    await socket.closed();
  });

  const status = async (target: Target, path = "/ready") =>
    (await target.fetch(new Request(new URL(path, origin)), "203.0.113.1")).status;

  test("is found by the address that a provider gives, which is a name", async () => {
    await using names = await startNameServer(set.port, set.srvOptions);
    const uri = set.srvUri(srvName);
    const environment = { ...trusting(uri), ...names.environment };
    const known = [`TXT ${srvName}`, `SRV _mongodb._tcp.${srvName}`];
    const starts: Record<string, () => Promise<number>> = {
      async node() {
        await using target = await startNode(environment);
        return await status(target);
      },
      async lambda() {
        await using target = await startFunction(environment);
        return await status(target);
      },
      async worker() {
        await using target = await startWorker(environmentOf(uri), names.overHttps);
        return await status(target);
      },
      async realtime() {
        const { url, process: started } = await startRealtime(environment);
        const { status: told } = await fetch(`${url}/ready`);
        await started.end();
        return told;
      },
    };
    for (const [name, start] of Object.entries(starts)) {
      names.asked.length = 0;
      expect([name, await start()]).toEqual([name, 200]);
      expect(new Set(names.asked), name).toEqual(new Set(known));
    }
  });

  const startOn = (name: string, environment: Record<string, string>) =>
    name === "worker" ? startWorker(environment) : startFunction(environment);

  test.each(["lambda", "worker"])("is opened on %s by SCRAM-SHA-1, too", async (name) => {
    await using target = await startOn(name, trusting(set.uri({ authMechanism: "SCRAM-SHA-1" })));
    expect(await status(target)).toBe(200);
  });

  const withAnotherPassword = () => trusting(set.uri({}, { password: "another" }));
  const byAnotherName = () => trusting(set.uri({ directConnection: "true" }, { host: `localhost:${set.port}` }));
  const ofNoKnownAuthority = () => environmentOf(set.uri());

  test.concurrent.each([
    ["lambda", "with another password", withAnotherPassword],
    ["worker", "with another password", withAnotherPassword],
    ["lambda", "by a name that its certificate does not have", byAnotherName],
    ["worker", "by a name that its certificate does not have", byAnotherName],
    ["lambda", "by a certificate of an authority that is not known", ofNoKnownAuthority],
  ])("is not opened on %s %s", async (name, _, environment) => {
    await using target = await startOn(name, { ...environment(), LOG_LEVEL: "silent" });
    expect(await status(target)).toBe(503);
    expect(await status(target, "/health")).toBe(200);
  });
});
