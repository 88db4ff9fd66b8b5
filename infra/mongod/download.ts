import { fork } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { executable } from "./cache.ts";

type Answer = { done: true } | { done: false; reason: string };

/** Downloads a mongod into `folder` and returns its path; throws after `stallMs` milliseconds in which no data came. */
export async function download(folder: string, stallMs = 20_000): Promise<string> {
  const target = join(folder, `fetched-${executable}`);
  const child = fork(join(import.meta.dirname, "download-child.ts"), [folder, target], {
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    env: {
      ...process.env,
      // Left to itself the downloader does not check the server's certificate, and we run what it brings.
      npm_config_strict_ssl: process.env.npm_config_strict_ssl ?? "true",
      MONGOMS_MAX_RETRIES: process.env.MONGOMS_MAX_RETRIES ?? "1",
    },
  });
  const ended = Promise.withResolvers<void>();
  let answer: Answer = { done: false, reason: "the downloader ended without a word" };
  child.on("message", (message) => {
    answer = message as Answer;
  });
  child.once("error", ended.reject);
  child.once("close", () => ended.resolve());

  const stalled = watchGrowth(folder, stallMs, () => {
    answer = { done: false, reason: `no data came for ${stallMs / 1000} s` };
    child.kill("SIGKILL");
  });
  try {
    await ended.promise;
  } finally {
    clearInterval(stalled);
  }
  if (!answer.done) throw new Error(answer.reason);
  return target;
}

function watchGrowth(folder: string, stallMs: number, onStall: () => void): NodeJS.Timeout {
  let size = -1;
  let grownAt = performance.now();
  return setInterval(async () => {
    const now = await sizeOf(folder);
    if (now !== size) {
      size = now;
      grownAt = performance.now();
    } else if (performance.now() - grownAt >= stallMs) onStall();
  }, 500);
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (file) => file.size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0);
}
