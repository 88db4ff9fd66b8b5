import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";

export type Verified = { path: string; version: string };

export const executable = process.platform === "win32" ? "mongod.exe" : "mongod";

const oldestMajor = 6;
const abandonedMs = 60 * 60 * 1000;

/** Runs `mongod --version`, which also shows a missing shared library. Throws when it does not run or is older than 6.0. */
export async function verify(path: string): Promise<Verified> {
  const text = await run(path, ["--version"], { timeoutMs: 20_000 });
  const version = /db version v(\S+)/.exec(text)?.[1];
  if (version === undefined) throw new Error(`${path} does not say which version it is`);
  if (Number.parseInt(version, 10) < oldestMajor) {
    throw new Error(`${path} is version ${version}, older than ${oldestMajor}.0`);
  }
  return { path, version };
}

/** Where a fetched mongod is kept. */
export function cachedPath(cacheDir: string): string {
  return join(cacheDir, executable);
}

/**
 * Lets `fetch` bring a mongod into a folder of its own and keeps it in the cache once it has proved to run.
 * One rename puts it there, so that any number of processes may do this at once and none sees half a file.
 */
export function install(cacheDir: string, fetch: (folder: string) => Promise<string>): Promise<Verified> {
  return inNewFolder(cacheDir, async (folder) => {
    const fetched = await fetch(folder);
    await chmod(fetched, 0o755);
    const { version } = await verify(fetched);
    const path = cachedPath(cacheDir);
    await rename(fetched, path);
    return { path, version };
  });
}

/** Gives `use` an empty folder inside `cacheDir` and removes it afterwards, with those that killed processes left. */
export async function inNewFolder<T>(cacheDir: string, use: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(cacheDir, { recursive: true });
  await removeAbandoned(cacheDir);
  const folder = await mkdtemp(join(cacheDir, "fetch-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith("fetch-")) continue;
    const folder = join(cacheDir, name);
    const changed = await stat(folder).catch(() => undefined);
    if (changed && Date.now() - changed.mtimeMs > abandonedMs) await rm(folder, { recursive: true, force: true });
  }
}
