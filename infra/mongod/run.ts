import { type ExecFileException, execFile } from "node:child_process";

export type RunOptions = { timeoutMs: number; env?: NodeJS.ProcessEnv };

/** Runs a program to its end and returns what it printed. Throws an error of one line that says why it failed. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { timeoutMs, env } = options;
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: timeoutMs, killSignal: "SIGKILL", env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(explain(command, error, stderr, timeoutMs), { cause: error }));
    });
  });
}

function explain(command: string, error: ExecFileException, stderr: string, timeoutMs: number): string {
  if (error.code === "ENOENT") return `${command} is not there`;
  if (error.killed) return `${command} was not done after ${timeoutMs / 1000} s`;
  // A build for newer processors dies this way on an older one, and says nothing itself.
  if (error.signal) return `${command} was ended by ${error.signal}`;
  const lines = stderr.split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line !== "" && !line.startsWith("WARNING")).slice(-3);
  return said.join(" ") || `${command} ended with code ${error.code}`;
}
