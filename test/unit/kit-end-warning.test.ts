import { expect, test, vi } from "vitest";
import { createEndWarning } from "../../functions/pages/browser/kit/end-warning.ts";

const at = "2026-01-02T00:00:00.000Z";
const later = "2026-01-02T00:00:01.000Z";

function warned(reason: "idle" | "absolute") {
  const changed = vi.fn();
  const warning = createEndWarning(changed);
  expect(warning.state).toBeUndefined();
  warning.warn({ at, reason });
  expect(warning.state).toEqual({ at: Date.parse(at), reason });
  expect(changed).toHaveBeenCalledTimes(1);
  return { warning, changed };
}

test.each([
  ["idle", false],
  ["absolute", true],
] as const)("an end that is near, %s: holds when the session is used: %s", (reason, holds) => {
  const { warning, changed } = warned(reason);
  warning.used();
  expect(warning.state !== undefined).toBe(holds);
  expect(changed).toHaveBeenCalledTimes(holds ? 1 : 2);
});

test.each([
  ["idle", { expiresAt: at, endsAt: later }, true],
  ["idle", { expiresAt: later, endsAt: later }, false],
  ["absolute", { expiresAt: at, endsAt: at }, true],
  ["absolute", { expiresAt: at, endsAt: later }, false],
] as const)("an end that is near, %s: holds when the socket says %j: %s", (reason, times, holds) => {
  const { warning } = warned(reason);
  warning.renewed(times);
  expect(warning.state !== undefined).toBe(holds);
});

test("a later word takes the place of an earlier one", () => {
  const { warning } = warned("idle");
  warning.warn({ at: later, reason: "absolute" });
  expect(warning.state).toEqual({ at: Date.parse(later), reason: "absolute" });
  warning.reset();
  expect(warning.state).toBeUndefined();
});
