import { HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import { createBreachCheck } from "../../functions/accounts/breach.ts";
import type { Log } from "../../shared/log.ts";
import { network } from "../helpers/no-network.ts";

// SHA-1 of "password": 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8
const range = "https://api.pwnedpasswords.com/range/:prefix";
const suffix = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";

function check() {
  const warnings: unknown[] = [];
  const log = { warn: (...given: unknown[]) => void warnings.push(given) } as unknown as Log;
  return { isBreached: createBreachCheck(log), warnings };
}

describe("the breached-password check", () => {
  test("lets five characters of the digest out, and asks for padding", async () => {
    const seen: string[] = [];
    network.use(
      http.get(range, ({ request }) => {
        seen.push(`${new URL(request.url).pathname} ${request.headers.get("add-padding")}`);
        return HttpResponse.text(`${"0".repeat(35)}:3\r\n${suffix}:9659365`);
      }),
    );
    expect(await check().isBreached("password")).toBe(true);
    expect(seen).toEqual(["/range/5BAA6 true"]);
  });

  test.each([
    ["the digest is not in the range", `${"0".repeat(35)}:3`],
    ["the digest is padding", `${suffix}:0`],
    ["the range is empty", ""],
  ])("passes a password when %s", async (_, body) => {
    network.use(http.get(range, () => HttpResponse.text(body)));
    expect(await check().isBreached("password")).toBe(false);
  });

  test.each([
    ["fails", () => HttpResponse.error()],
    ["answers 503", () => new HttpResponse(null, { status: 503 })],
  ])("passes a password, and logs, when the service %s", async (_, answer) => {
    network.use(http.get(range, answer));
    const { isBreached, warnings } = check();
    expect(await isBreached("password")).toBe(false);
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).not.toContain('password"');
  });

  test("passes a password, and logs, when the service says nothing for a second", async () => {
    network.use(http.get(range, () => new Promise<never>(() => {})));
    const { isBreached, warnings } = check();
    expect(await isBreached("password")).toBe(false);
    expect(warnings).toHaveLength(1);
  });
});
