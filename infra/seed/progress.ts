/** Tells how far a piece of work of several parts is. */
export interface Progress {
  /** How much of a part is done, which has `all` in all. */
  tell(part: string, done: number, all: number): void;
}

const width = 30;

/** A bar on a terminal, one for each part, that fills up; elsewhere a line for each part that is done. */
export function createProgress(out: Pick<NodeJS.WriteStream, "write" | "isTTY">): Progress {
  return {
    tell(part, done, all) {
      const isDone = done >= all;
      if (!out.isTTY) {
        if (isDone) out.write(`${part}: ${all}\n`);
        return;
      }
      const filled = all === 0 ? width : Math.floor((done / all) * width);
      const bar = "█".repeat(filled) + "░".repeat(width - filled);
      out.write(`\r\x1b[K${part.padEnd(12)} ${bar} ${done} of ${all}${isDone ? "\n" : ""}`);
    },
  };
}
