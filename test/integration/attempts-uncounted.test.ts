import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { testPassword } from "../helpers/client.ts";
import { failCommand } from "../helpers/fail-point.ts";
import { startSystemOnOwnSet } from "../helpers/system.ts";

let system: Awaited<ReturnType<typeof startSystemOnOwnSet>>;
beforeAll(async () => {
  system = await startSystemOnOwnSet();
});
afterAll(() => system?.[Symbol.asyncDispose]());

describe("attempts that cannot be counted", () => {
  const client = () => system.database.connection.getClient();
  afterEach(() => failCommand(client(), "off"));

  test("are refused with 503, the right password too", async () => {
    const owner = await system.person("Dora");
    const signIn = () =>
      owner.api.api.session.$post({ json: { username: owner.me?.username ?? "", password: testPassword } });
    const namespace = `${system.database.connection.name}.attempts`;
    await failCommand(client(), "alwaysOn", { failCommands: ["findAndModify"], errorCode: 8000, namespace });
    const response = await signIn();
    expect(response.status as number).toBe(503);
    expect(await response.json()).toMatchObject({ code: "unavailable" });
    const json = { username: "dora2", password: testPassword, firstName: "D", lastName: "D" };
    expect((await system.client().api.api.users.$post({ json })).status as number).toBe(503);
    await failCommand(client(), "off");
    expect((await signIn()).status).toBe(200);
  });
});
