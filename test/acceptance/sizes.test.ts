import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundlePages } from "../../infra/bundle.ts";
import { bundleFunctions, bundleOf, type TargetName, targets } from "../../infra/bundle-functions.ts";

const packages = new Map<TargetName, Set<string>>();
const bodies = new Map<TargetName, Buffer>();
let folder: string;

beforeAll(async () => {
  const assets = await bundlePages();
  folder = await mkdtemp(join(tmpdir(), "kith-bundles-"));
  for (const target of targets) {
    const { outputs } = await bundleFunctions(target, assets, folder);
    const files = Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
    );
    packages.set(
      target,
      new Set(files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])),
    );
    bodies.set(target, await readFile(bundleOf(target, folder)));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the bundles are small enough to start fast, and for Cloudflare to take", () => {
  expect(bodies.get("lambda")?.length).toBeLessThanOrEqual(1_600_000);
  expect(gzipSync(bodies.get("worker") as Buffer).length).toBeLessThanOrEqual(900_000);
});

test("a bundle for Node says what it needs, where that is not there", async () => {
  const older =
    'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.19.0"}})';
  const ended = await promisify(execFile)(process.execPath, ["--import", older, bundleOf("node", folder)]).catch(
    (e) => e,
  );
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(/^Node 24 or newer is needed; this is v\d+/)]);
});

test("what only some process needs is in no other's bundle", () => {
  const holders = (name: string) => targets.filter((target) => packages.get(target)?.has(name));
  expect(holders("mongodb")).toEqual(["node", "lambda", "worker"]);
  expect(holders("prom-client")).toEqual(["node"]);
  expect(holders("pino")).toEqual(["node"]);
  expect(holders("@hono/node-server")).toEqual(["node"]);
  for (const never of ["pino-pretty", "socket.io", "esbuild", "yaml"]) expect(holders(never)).toEqual([]);
});
