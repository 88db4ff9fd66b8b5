import { createHash } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { testPassword } from "../helpers/client.ts";
import { startSystem } from "../helpers/system.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("a changed password is one of which no breach is known", async () => {
  await using system = await startSystem({ environment: { BREACH_CHECK: "on" } });
  const breached = "a passphrase that was stolen";
  const suffix = createHash("sha1").update(breached).digest("hex").toUpperCase().slice(5);
  const { fetch } = globalThis;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) =>
    String(input).startsWith("https://") ? new Response(`${suffix}:3\r\n`) : fetch(input, init),
  );
  const ada = await system.person("Ada");
  const change = (next: string) => ada.api.api.password.$put({ json: { current: testPassword, next } });
  const refused = await change(breached);
  expect(refused.status as number).toBe(400);
  expect(await refused.json()).toMatchObject({ code: "password_breached", fields: { next: expect.any(String) } });
  expect((await change("a passphrase that nobody stole")).status).toBe(204);
});
