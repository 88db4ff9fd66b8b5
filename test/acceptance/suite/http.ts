import { expect } from "vitest";
import { testPassword } from "../../helpers/client.ts";
import { caseList } from "../cases.ts";
import { origin } from "../target.ts";

export const { cases, covers, coversEveryShape } = caseList();

covers("an unsafe request from another site does nothing, and one of this site passes", async ({ person }) => {
  const ada = await person("Ada");
  const json = { body: "from where?" };
  const foreign: Record<string, string>[] = [
    { origin: "" },
    { origin: "null" },
    { origin: "https://evil.example" },
    { origin: "", "sec-fetch-site": "same-site" },
  ];
  for (const headers of foreign) {
    expect(await ada.refused("POST /api/comments", { json, headers })).toEqual([403, "origin_refused"]);
  }
  expect(await ada.json("GET /api/comments")).toMatchObject({ comments: [] });
  const headers = { origin: "", "sec-fetch-site": "same-origin" };
  expect((await ada.ask("POST /api/comments", { json, headers })).status).toBe(201);
});

coversEveryShape("only JSON is read, in valid UTF-8", async ({ person }) => {
  const ada = await person("Ada");
  const type = (name: string) => ({ "content-type": name });
  const post = (body: string | Uint8Array<ArrayBuffer>, name: string) =>
    ada.refused("POST /api/comments", { body, headers: type(name) });
  expect(await post('{"body":"x"}', "text/plain")).toEqual([415, "unsupported_media_type"]);
  expect(await post('{"body":', "application/json")).toEqual([400, "invalid_body"]);
  expect(await post("[]", "application/json; charset=utf-8")).toEqual([400, "invalid_input"]);
});

covers("bytes that are no UTF-8 are no body", async ({ visitor }) => {
  const body = new Uint8Array([0x61, 0x3d, 0xff]);
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  expect(await visitor().refused("POST /login", { body, headers })).toEqual([400, "invalid_body"]);
});

coversEveryShape("a body has at most 64 KiB", async ({ person }) => {
  const ada = await person("Ada");
  const padded = (bytes: number) => `{"body":"x"}${" ".repeat(bytes - 12)}`;
  const headers = { "content-type": "application/json" };
  expect((await ada.ask("POST /api/comments", { body: padded(65_536), headers })).status).toBe(201);
  const tooLarge = { body: padded(65_537), headers };
  expect(await ada.refused("POST /api/comments", tooLarge)).toEqual([413, "body_too_large"]);
});

covers("an error has one shape, and no cache keeps it", async ({ visitor }) => {
  const response = await visitor().ask("GET /api/nothing");
  expect(response.status).toBe(404);
  expect(Object.keys((await response.json()) as object).sort()).toEqual(["code", "message", "requestId"]);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
});

covers("a path that other methods have says which", async ({ visitor }) => {
  const response = await visitor().ask("PUT /api/session");
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")?.split(", ").sort()).toEqual(["DELETE", "GET", "HEAD", "POST"]);
});

covers("who is not signed in sees nothing of the API", async ({ visitor }) => {
  for (const path of ["me", "sessions", "friends", "comments", "users?q=a"]) {
    expect(await visitor().refused(`GET /api/${path}`)).toEqual([401, "unauthenticated"]);
  }
});

covers("it is alive, and ready", async ({ visitor }) => {
  expect(await visitor().json("GET /health")).toEqual({ status: "alive" });
  expect(await visitor().json("GET /ready")).toEqual({ status: "ready" });
});

coversEveryShape(
  "guesses are counted by where they come from, whatever they say of that",
  async ({ person, visitor }) => {
    const ada = await person("Ada");
    const guesser = visitor();
    const json = { username: ada.me?.username, password: "a wrong guess" };
    const forged = (n: number) => ({ "x-forwarded-for": `198.51.100.${n}`, "cf-connecting-ip": `198.51.100.${n}` });
    for (let n = 0; n < 10; n++) {
      expect((await guesser.ask("POST /api/session", { json, headers: forged(n) })).status).toBe(401);
    }
    const right = {
      json: { ...json, password: testPassword },
      headers: { ...forged(99), "kith-address": "198.51.100.98" },
    };
    const refused = await guesser.ask("POST /api/session", right);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    await visitor().signIn(ada);
  },
);

covers("a cookie is for this origin's host alone", async ({ person }) => {
  const ada = await person("Ada");
  const response = await ada.ask("POST /api/session", { json: { username: ada.me?.username, password: testPassword } });
  expect(response.headers.getSetCookie()[0]).not.toMatch(/domain=/i);
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
  expect(new URL(origin).protocol).toBe("https:");
});
