import { execFile } from "node:child_process";
import { cp, mkdir, mkdtempDisposable, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import dockerignore from "@balena/dockerignore";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readConfig } from "../../shared/config.ts";
import { parseDuration } from "../../shared/duration.ts";
import { findDeployTools, say } from "../helpers/deploy-tools.ts";
import { toEvent } from "../helpers/lambda-events.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const infra = (path: string) => join(root, "infra", path);
const secret = "w7Qn3vX0pL9sT2kB5mZ8rC4dF6gH1jYa";

const tools = await findDeployTools("The files in infra");

describe.skipIf(!tools)("compose.yaml", () => {
  const file = infra("compose/compose.yaml");
  const compose = (args: string[], environment: Record<string, string> = {}) =>
    // Not the .env of whoever develops here.
    (tools as NonNullable<typeof tools>).compose(["--env-file", "/dev/null", "--file", file, ...args], environment);

  interface Service {
    environment: Record<string, string>;
    [name: string]: unknown;
  }
  const services = async (environment: Record<string, string> = {}): Promise<Record<string, Service>> => {
    const { text } = await compose(["config", "--format", "json"], { SESSION_SECRETS: secret, ...environment });
    return JSON.parse(text).services;
  };

  test("is one for Docker Compose, and says what to do where the secret is missing", async () => {
    expect(await compose(["config", "--quiet"], { SESSION_SECRETS: secret })).toEqual({ code: 0, text: "" });
    const without = await compose(["config", "--quiet"]);
    expect(without.code).not.toBe(0);
    expect(without.text).toMatch(/SESSION_SECRETS.*\.env\.example.*openssl rand/);
  });

  test("gives its processes environments that they take", async () => {
    const all = await services({ DOMAIN: "kith.example.org", FRONT_SUBNET: "10.1.2.0/24" });
    for (const name of ["functions-1", "functions-2", "realtime-1", "realtime-2", "indexes"]) {
      const config = readConfig(all[name]?.environment ?? {});
      expect(config.environment).toBe("production");
      expect(config.publicOrigins).toEqual(["https://kith.example.org"]);
      expect(config.trustProxy).toEqual(["10.1.2.0/24"]);
      expect(config.cookie.secure).toBe(true);
    }
  });

  test("lets realtime drain and functions finish before they are killed", async () => {
    const all = await services();
    for (const name of ["realtime-1", "realtime-2"]) {
      const spread = parseDuration(all[name]?.environment.DRAIN_SPREAD ?? "") ?? Number.NaN;
      expect(parseDuration(String(all[name]?.stop_grace_period))).toBeGreaterThanOrEqual(spread + 10_000);
    }
    for (const name of ["functions-1", "functions-2"]) {
      expect(parseDuration(String(all[name]?.stop_grace_period))).toBeGreaterThan(10_000);
    }
  });

  test("lets nobody in but by the proxy, and its containers do little", async () => {
    const all = Object.entries(await services());
    expect(all.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(["proxy"]);
    for (const [name, service] of all) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        restart: expect.stringMatching(/^(unless-stopped|on-failure:5)$/),
      });
      expect(service.privileged ?? service.network_mode ?? false, name).toBe(false);
    }
  });

  test("has the services that the proxy asks for, and in .env.example every variable", async () => {
    const all = await services();
    const adapted = await say(
      (tools as NonNullable<typeof tools>).caddy,
      [...["adapt", "--adapter", "caddyfile", "--config", infra("compose/caddy/Caddyfile")]],
      {},
    );
    const asked = [...adapted.text.matchAll(/"dial":"([\w-]+):(\d+)"/g)].map(([, name, port]) => `${name} ${port}`);
    const there = Object.keys(all).filter((name) => /^(functions|realtime)-/.test(name));
    expect(asked.toSorted()).toEqual(there.map((name) => `${name} ${name.startsWith("f") ? 3000 : 3001}`).toSorted());
    const example = await readFile(infra("compose/.env.example"), "utf8");
    const named = [...example.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const { text } = await compose(["config", "--variables"], { SESSION_SECRETS: secret });
    const variables = text
      .split("\n")
      .slice(1)
      .flatMap((line) => line.split(/\s+/)[0] || []);
    expect(named.toSorted()).toEqual(variables.toSorted());
  });
});

test("images are built from no more than their build context holds", async () => {
  const ignored = dockerignore.default().add(await readFile(infra("images/Dockerfile.dockerignore"), "utf8"));
  await using context = await mkdtempDisposable(join(tmpdir(), "kith-context-"));
  await cp(root, context.path, {
    recursive: true,
    filter: (path) => path === root || !ignored.ignores(relative(root, path)),
  });
  await symlink(join(root, "node_modules"), join(context.path, "node_modules"));
  const { stdout } = await promisify(execFile)(process.execPath, ["infra/build.ts"], { cwd: context.path });
  expect(stdout).toContain("functions/node.mjs");
  expect(await readdir(context.path)).not.toContain("test");
}, 60_000);

describe.skipIf(!tools)("images and template", () => {
  test("Dockerfile has nothing that hadolint finds", async () => {
    expect(await tools?.hadolint([infra("images/Dockerfile")])).toEqual({ code: 0, text: "" });
  });

  test("Dockerfile runs as no root, and asks for its health without a shell", async () => {
    const text = await readFile(infra("images/Dockerfile"), "utf8");
    expect(text).toMatch(/^USER 65532:65532$/m);
    const checks = [...text.matchAll(/^HEALTHCHECK [^\n\\]*\\\n\s+CMD (.*)$/gm)].map(([, command]) => command ?? "");
    expect(checks.map((command) => JSON.parse(command)[0])).toEqual(["node", "node"]);
  });

  test("Dockerfile takes from the build what is built", async () => {
    const text = await readFile(infra("images/Dockerfile"), "utf8");
    const taken = [...text.matchAll(/^COPY --from=build \/kith\/(dist\/\S+)/gm)].map(([, path]) => path as string);
    expect(taken).toHaveLength(3);
    for (const path of taken) await expect(stat(join(root, path)), path).resolves.toBeDefined();
  });

  test("template.yaml has nothing that cfn-lint finds", async () => {
    expect(await tools?.cfnLint(["--include-checks", "I", "--", infra("aws/template.yaml")])).toEqual({
      code: 0,
      text: "",
    });
  });
});

describe("what AWS is given", () => {
  test("takes its secrets from Parameter Store, page by page, before the function reads its environment", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "kith-aws-"));
    await cp(join(root, "dist/aws"), folder.path, { recursive: true });
    const sdk = join(folder.path, "node_modules/@aws-sdk/client-ssm");
    await mkdir(sdk, { recursive: true });
    await writeFile(join(sdk, "package.json"), JSON.stringify({ type: "module", exports: "./index.js" }));
    const pages = {
      first: { Parameters: [{ Name: "/kith/MONGODB_URI", Value: "mongodb://127.0.0.1:1/kith" }], NextToken: "second" },
      second: { Parameters: [{ Name: "/kith/SESSION_SECRETS", Value: secret }] },
    };
    await writeFile(
      join(sdk, "index.js"),
      `export class GetParametersByPathCommand { constructor(input) { this.input = input; } }
       export class SSMClient {
         async send({ input: { Path, WithDecryption, NextToken = "first" } }) {
           if (Path !== "/kith" || !WithDecryption) throw new Error("asked for something else");
           return ${JSON.stringify(pages)}[NextToken];
         }
       }`,
    );
    const event = await toEvent("v2", new Request("https://kith.example.org/health"), "192.0.2.1");
    const script = `const { handler } = await import("./index.mjs");
      process.stdout.write(JSON.stringify(await handler(${JSON.stringify(event)}, {})));
      process.exit();`;
    const started = (environment: Record<string, string>) =>
      say(process.execPath, ["--input-type=module", "--eval", script], environment, folder.path);
    const environment = { PARAMETER_PATH: "/kith", PUBLIC_ORIGIN: "https://kith.example.org", LOG_LEVEL: "silent" };
    expect(JSON.parse((await started(environment)).text)).toMatchObject({ statusCode: 200 });
    expect((await started({ ...environment, PARAMETER_PATH: "" })).text).toContain("PARAMETER_PATH is missing");
  });
});

describe("wrangler.jsonc", () => {
  const file = infra("workers/wrangler.jsonc");

  test("is what wrangler's own schema allows, with the runtime of the day that is tested", async () => {
    const schema = JSON.parse(await readFile(join(root, "node_modules/wrangler/config-schema.json"), "utf8"));
    const config = JSON.parse((await readFile(file, "utf8")).replaceAll(/^\s*\/\/.*$/gm, ""));
    expect(z.fromJSONSchema(schema).safeParse(config).error).toBeUndefined();
    const tested = await readFile(join(root, "test/acceptance/targets/worker.ts"), "utf8");
    expect(tested).toContain(`compatibilityDate: "${config.compatibility_date}"`);
  });

  test("is deployed by wrangler up to where an account is needed, with a class for each binding", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "kith-wrangler-"));
    const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
    const args = [wrangler, "deploy", "--dry-run", "--config", file, "--outdir", join(folder.path, "out")];
    // It asks no network, and leaves nothing in the home of whoever tests.
    const quiet = { HOME: folder.path, CI: "true", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
    const { code, text } = await say(process.execPath, args, quiet);
    expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining("env.FUNCTIONS (Functions)") });
    expect(text).not.toMatch(/warning|error/i);
    expect(await readFile(join(folder.path, "out/worker.mjs"), "utf8")).toMatch(/\bas Functions\b/);
  });
});
