import { afterEach, expect, test, vi } from "vitest";
import { createConsoleLog } from "../../shared/console-log.ts";

afterEach(() => vi.restoreAllMocks());

test("the console's log writes what pino would: a line of JSON, from its level on, errors with their causes", () => {
  const lines: Record<string, unknown>[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(JSON.parse(line)));
  const log = createConsoleLog({ name: "functions", level: "info" });
  log.debug("not told");
  log.info("a word");
  log.error({ err: new TypeError("outer", { cause: new Error("inner") }), requestId: "1" }, "it failed");
  expect(lines).toEqual([
    { level: 30, time: expect.any(Number), name: "functions", msg: "a word" },
    {
      level: 50,
      time: expect.any(Number),
      name: "functions",
      msg: "it failed",
      requestId: "1",
      err: {
        type: "TypeError",
        message: "outer",
        stack: expect.stringContaining("outer"),
        cause: expect.objectContaining({ type: "Error", message: "inner" }),
      },
    },
  ]);
});
