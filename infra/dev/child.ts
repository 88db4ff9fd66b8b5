import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** One of the two processes of Kith, started again when its code changes. */
export interface Child {
  /** `onlyIfEnded`: not where another restart came first. */
  restart(options?: { onlyIfEnded?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

const killAfter = 5_000;

/** Runs an entry under this Node; each line it writes goes to `print`. */
export function startChild(options: {
  entry: string;
  environment: NodeJS.ProcessEnv;
  print: (line: string) => void;
  /** Told how it ended by itself: by a code of its own, or by a signal. */
  onExit: (code: number | null, signal: NodeJS.Signals | null) => void;
}): Child {
  const run = () => {
    const child = spawn(process.execPath, [options.entry], {
      env: options.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", options.print);
    child.once("exit", (code, signal) => {
      if (child === current && !stopping) options.onExit(code, signal);
    });
    return child;
  };
  let stopping = false;
  let isStopped = false;
  let current = run();
  /** Restarts come one after another, and none comes after the stop. */
  let work = Promise.resolve();

  async function replace(onlyIfEnded: boolean): Promise<void> {
    if (onlyIfEnded && current.exitCode === null && current.signalCode === null) return;
    stopping = true;
    await end(current);
    if (isStopped) return;
    stopping = false;
    current = run();
  }

  return {
    restart({ onlyIfEnded = false } = {}) {
      work = work.then(() => replace(onlyIfEnded));
      return work;
    },
    async stop() {
      isStopped = true;
      stopping = true;
      await work;
      await end(current);
    },
  };
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
