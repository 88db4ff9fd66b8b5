import { gunzipSync } from "node:zlib";
import bcrypt from "bcryptjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testPassword } from "../helpers/client.ts";
import type { Scene } from "./cases.ts";
import { suite } from "./suite/index.ts";
import { origin, type Target } from "./target.ts";
import { invokeOnce } from "./targets/lambda.ts";
import { Visitor } from "./visitor.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const whole = ["node", "lambda", "worker"] as const;
const otherShapes = ["lambda v1", "lambda alb", "lambda alb-single"] as const;
const target = (name: string) => world.targets.get(name) as Target;

/** Runs a case with people of its own, whose sockets are closed behind them. */
async function play(name: string, asked: Set<string>, run: (scene: Scene) => Promise<void>): Promise<void> {
  const visitors: Visitor[] = [];
  const visitor = () => {
    const made = new Visitor(target(name), world.realtimeUrl, asked);
    visitors.push(made);
    return made;
  };
  try {
    await run({ visitor, person: (firstName) => visitor().signUp(firstName) });
  } finally {
    for (const socket of visitors.flatMap(({ sockets }) => sockets)) socket.close();
  }
}

describe.each(whole)("on %s", (name) => {
  const asked = new Set<string>();

  test.each(suite)("$name", ({ run }) => play(name, asked, run));

  test("each operation of the OpenAPI document was called, and the document names no fewer", async () => {
    await play(name, new Set(), async ({ visitor }) => {
      const { paths } = await visitor().json<{ paths: Record<string, object> }>("GET /api/openapi.json");
      const operations = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      const called = (operation: string) => {
        const pattern = new RegExp(`^${operation.replace(/\{\w+\}/g, "[^/]+")}$`);
        return [...asked].some((route) => pattern.test(route));
      };
      expect(operations.filter((operation) => !called(operation))).toEqual([]);
      expect(operations.length).toBeGreaterThanOrEqual(20);
      expect(suite.length).toBeGreaterThanOrEqual(operations.length);
    });
  });
});

describe.each(otherShapes)("on %s", (name) => {
  test.each(suite.filter(({ isOnEveryShape }) => isOnEveryShape))("$name", ({ run }) => play(name, new Set(), run));
});

describe("an answer leaves nothing to be done behind it", () => {
  test.each(suite)("$name", ({ run }) => play("watched", new Set(), run));
});

test.each([
  ["lambda", "gzip"],
  // One would have to be told of each binary type, and sends what it was not told of in base64.
  ["lambda v1", null],
  ["lambda alb", "gzip"],
  ["lambda alb-single", "gzip"],
])(
  "the pages' files reach browsers through %s, compressed where the platform lets that pass: %s",
  async (name, expected) => {
    const page = await new Visitor(target(name), world.realtimeUrl, new Set()).ask("GET /signup");
    const [path = ""] = /\/assets\/style-\w+\.css/.exec(await page.text()) ?? [];
    const ask = (encoding: string) =>
      target(name).fetch(new Request(new URL(path, origin), { headers: { "accept-encoding": encoding } }), "192.0.2.1");
    const [plain, packed] = await Promise.all([ask("identity"), ask("gzip, br")]);
    const encodings = [plain, packed].map(({ headers }) => headers.get("content-encoding"));
    const bytes = Buffer.from(await packed.arrayBuffer());
    expect((encodings[1] === "gzip" ? gunzipSync(bytes) : bytes).toString()).toBe(await plain.text());
    expect(encodings).toEqual([null, expected]);
    const varies = [plain, packed].map(({ headers }) => headers.get("vary"));
    expect(varies).toEqual(expected === null ? [null, null] : ["Accept-Encoding", "Accept-Encoding"]);
  },
);

describe("passwords", () => {
  const visitorOf = (name: string) => new Visitor(target(name), world.realtimeUrl, new Set());
  const stored = async (id: string) => (await world.database.models.users.findById(id).lean())?.password;

  test.each(whole)("one that is hashed on %s is right on all, and its hash stays as it is", async (name) => {
    const ada = await visitorOf(name).signUp("Ada");
    const hash = await stored(ada.id);
    expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
    for (const other of whole) await visitorOf(other).signIn(ada);
    expect(await stored(ada.id)).toBe(hash);
  });

  test.each(whole)("a hash of bcrypt is replaced once, on %s", async (name) => {
    const ada = await visitorOf("node").signUp("Ada");
    const password = await bcrypt.hash(testPassword, 4);
    await world.database.models.users.updateOne({ _id: ada.id }, { password });
    await visitorOf(name).signIn(ada);
    const replaced = await stored(ada.id);
    expect(replaced).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
    for (const other of whole) await visitorOf(other).signIn(ada);
    expect(await stored(ada.id)).toBe(replaced);
  });
});

describe("a function that is gone once it has answered", () => {
  const ask = (visitor: Visitor, method: string, path: string, json?: object) =>
    invokeOnce(
      world.environment,
      new Request(new URL(path, origin), {
        method,
        headers: { origin, cookie: visitor.cookie ?? "", "content-type": "application/json" },
        ...(json ? { body: JSON.stringify(json) } : {}),
      }),
      visitor.address,
    );

  test("has reached the sockets with all that it said", async () => {
    await play("node", new Set(), async ({ person }) => {
      const [ada, ben] = [await person("Ada"), await person("Ben")];
      const socket = await ben.connect();
      expect((await ask(ada, "PUT", `/api/friends/${ben.id}`)).status).toBe(200);
      await socket.first("notice");
      await ben.json(`PUT /api/friends/${ada.id}`);
      const own = await ada.connect();
      expect((await ask(ada, "POST", "/api/comments", { body: "and gone" })).status).toBe(201);
      expect((await socket.first("comment")).body).toBe("and gone");
      expect((await ask(ada, "DELETE", "/api/session")).status).toBe(204);
      expect(await own.first("session")).toMatchObject({ reason: "signedOut" });
      await own.closed();
    });
  });
});
