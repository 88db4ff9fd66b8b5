import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Cores, onServerCore } from "./machine.ts";

const startTimeout = 30_000;
const stopTimeout = 5_000;

/** A process of the bench: a server under test, or what writes for it. */
export interface Child extends AsyncDisposable {
  url: string;
  /** Microseconds of CPU used so far, by all threads. */
  cpu(): Promise<number>;
  ask<Output>(name: string, input?: unknown): Promise<Output>;
}

export interface Setting {
  cores: Cores | undefined;
  environment: Record<string, string>;
  profile: string | undefined;
}

const running = new Set<ChildProcess>();

/** Ends every process of the bench that still runs. */
export async function stopChildren(): Promise<void> {
  await Promise.all([...running].map(stop));
}

/** Starts `script` (a path from this folder) and returns once it says that it is ready. */
export async function startChild(
  script: string,
  setting: Setting,
  options: { onServerCore: boolean; args?: string[] } = { onServerCore: true },
): Promise<Child> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const profiling = setting.profile ? ["--cpu-prof", "--cpu-prof-dir", setting.profile] : [];
  const [command, args] = onServerCore(options.onServerCore ? setting.cores : undefined, process.execPath, [
    ...profiling,
    file,
    ...(options.args ?? []),
  ]);
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { PATH: process.env.PATH, ...setting.environment },
  });
  running.add(child);
  child.once("close", () => running.delete(child));
  const ended = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`${script} ended (${signal ?? code})`)));
  });
  ended.catch(() => {});
  try {
    const url = await Promise.race([ended, untilReady(child), late(`${script} was not ready in time`)]);
    return handle(child, url, ended);
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function handle(child: ChildProcess, url: string, ended: Promise<never>): Child {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  child.on("message", ({ id, output, error }: { id: number; output?: unknown; error?: string }) => {
    if (error) waiting.get(id)?.reject(new Error(error));
    else waiting.get(id)?.resolve(output);
    waiting.delete(id);
  });
  const ask = <Output>(name: string, input?: unknown) => {
    asked += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(asked, answer);
    child.send({ id: asked, name, input });
    return Promise.race([ended, answer.promise]) as Promise<Output>;
  };
  return { url, ask, cpu: () => ask<number>("cpu"), [Symbol.asyncDispose]: () => stop(child) };
}

async function untilReady(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, "message")) as [{ ready: string }];
  return message.ready;
}

async function late(text: string): Promise<never> {
  await setTimeout(startTimeout, undefined, { ref: false });
  throw new Error(text);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  // It ends by itself when it loses its parent; a profile is written then, and by no signal.
  if (child.connected) child.disconnect();
  const timer = globalThis.setTimeout(() => child.kill("SIGKILL"), stopTimeout);
  await exit;
  clearTimeout(timer);
}
