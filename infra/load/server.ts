import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readSamples } from "./prometheus.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startTimeout = 30_000;
const stopTimeout = 40_000;
const keptOutput = 200_000;

/** One of Kith's processes, which can be killed, paused and started again on the same port. */
export class Server implements AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly metricsUrl: string | undefined;
  /** The last of what it wrote. */
  output = "";
  readonly #entry: string;
  #environment: Record<string, string>;
  readonly #arguments: readonly string[];
  #child: ChildProcess | undefined;

  /** `arguments` are Node's own. */
  constructor(options: {
    name: string;
    entry: string;
    url: string;
    metricsUrl?: string;
    environment: Record<string, string>;
    arguments?: readonly string[];
  }) {
    this.name = options.name;
    this.url = options.url;
    this.metricsUrl = options.metricsUrl;
    this.#entry = options.entry;
    this.#environment = options.environment;
    this.#arguments = options.arguments ?? [];
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.name} is not running.`);
    return pid;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /**
   * Starts it; resolves when it is ready, or at once if that is not to be waited for. `environment` holds from now on,
   * over what it had.
   */
  async start(options: { untilReady?: boolean; environment?: Record<string, string> } = {}): Promise<void> {
    const { untilReady = true, environment = {} } = options;
    this.#environment = { ...this.#environment, ...environment };
    const child = spawn(process.execPath, [...this.#arguments, this.#entry], {
      cwd: root,
      env: { PATH: process.env.PATH, ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        this.output = (this.output + chunk).slice(-keptOutput);
      });
    }
    if (untilReady) await this.ready();
  }

  /** Resolves when GET /ready says so. */
  async ready(): Promise<void> {
    const deadline = performance.now() + startTimeout;
    while (!(await this.isReady())) {
      if (!this.isRunning) throw new Error(`${this.name} ended:\n${this.output.slice(-2_000)}`);
      if (performance.now() > deadline)
        throw new Error(`${this.name} was not ready in time:\n${this.output.slice(-2_000)}`);
      await setTimeout(50);
    }
  }

  async isReady(): Promise<boolean> {
    const response = await fetch(`${this.url}/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    return response?.ok ?? false;
  }

  /** Ends it; its exit code, or the signal that ended it. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | NodeJS.Signals | undefined> {
    const child = this.#child;
    if (!child) return undefined;
    if (this.isRunning) {
      const exit = once(child, "exit");
      child.kill(signal);
      // A paused process takes no other signal.
      if (signal !== "SIGKILL") child.kill("SIGCONT");
      const stopped = new AbortController();
      void setTimeout(stopTimeout, undefined, { signal: stopped.signal, ref: false }).then(
        () => child.kill("SIGKILL"),
        () => {},
      );
      await exit;
      stopped.abort();
    }
    return child.exitCode ?? child.signalCode ?? undefined;
  }

  /** Stops the process where it stands, its connections open; `resume` lets it go on. */
  pause(): void {
    process.kill(this.pid, "SIGSTOP");
  }

  resume(): void {
    process.kill(this.pid, "SIGCONT");
  }

  /** The samples of its metrics, by name and labels. */
  async metrics(): Promise<Map<string, number>> {
    if (this.metricsUrl === undefined) throw new Error(`${this.name} tells no metrics.`);
    return readSamples(await (await fetch(this.metricsUrl)).text());
  }

  /** Resident bytes (Linux). */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
  }
}
