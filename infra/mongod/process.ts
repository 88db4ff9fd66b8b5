import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export type Ended = { code: number | null; signal: NodeJS.Signals | null; error?: Error };

export type MongodProcess = {
  /** 0 when the program could not be started at all. */
  pid: number;
  listening: Promise<void>;
  ended: Promise<Ended>;
  /** The last errors and the last other lines of the log, in a form to read. */
  tail(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

const waitingForConnections = 23016;
const patienceMs = 20_000;

/** Starts a mongod that ends when this process ends, however this one ends. Nothing is thrown: see `ended`. */
export function spawnMongod(mongod: string, args: readonly string[]): MongodProcess {
  const windows = process.platform === "win32";
  // In a process group of its own: Ctrl-C then reaches us alone, and those who use the database end before it.
  const child = spawn(mongod, args, { stdio: ["ignore", "pipe", "pipe"], detached: !windows, windowsHide: true });
  const listening = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Ended>();
  // Shutting down is wordy: apart from the rest, or the error that led to it would be pushed out.
  const errors: string[] = [];
  const others: string[] = [];

  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = parse(text);
    if (line.id === waitingForConnections) listening.resolve();
    if (line.severity === "E" || line.severity === "F") keep(errors, line.text, 5);
    else keep(others, line.text, 12);
  });
  createInterface({ input: child.stderr }).on("line", (text) => keep(errors, text, 5));

  const release = child.pid === undefined ? () => {} : endWithUs(child.pid);
  child.once("error", (error) => ended.resolve({ code: null, signal: null, error }));
  child.once("close", (code, signal) => ended.resolve({ code, signal }));
  child.once("exit", release);

  return {
    pid: child.pid ?? 0,
    listening: listening.promise,
    ended: ended.promise,
    tail: () => [...others, ...errors].map((line) => `  ${line}`).join("\n"),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const impatient = setTimeout(() => child.kill("SIGKILL"), patienceMs);
      await ended.promise;
      clearTimeout(impatient);
    },
  };
}

// A killed process runs no handlers. What it always does is close its pipes: the shell waits for that.
function endWithUs(pid: number): () => void {
  if (process.platform === "win32") {
    const onExit = () => process.kill(pid);
    process.on("exit", onExit);
    return () => process.off("exit", onExit);
  }
  const watchdog = spawn("/bin/sh", ["-c", 'read -r _; kill "$0"', String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watchdog.once("error", () => {});
  return () => watchdog.kill("SIGKILL");
}

function keep(ring: string[], line: string, most: number): void {
  if (ring.push(line) > most) ring.shift();
}

type LogLine = { id?: number; severity?: string; text: string };

function parse(text: string): LogLine {
  try {
    const { id, s, c, msg, attr } = JSON.parse(text);
    return { id, severity: s, text: `${s} ${c} ${msg} ${JSON.stringify(attr ?? {})}`.slice(0, 400) };
  } catch {
    return { text };
  }
}
