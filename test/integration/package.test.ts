import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDemoPeople } from "../../infra/dev/demo.ts";
import { readConfig } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import { type Consumer, createConsumer } from "../helpers/consumer.ts";
import { type Processes, startProcesses } from "../helpers/processes.ts";

let consumer: Consumer;
let processes: Processes;
beforeAll(async () => {
  [consumer, processes] = await Promise.all([createConsumer(), startProcesses()]);
});
afterAll(() => Promise.all([consumer?.[Symbol.asyncDispose](), processes?.[Symbol.asyncDispose]()]));

/** Plain JavaScript: two people sign up and become friends, and one hears the other through the kit, whatever changes. */
const program = () => `
import { createClient } from "kith/client";
import { createFeed, openSocket } from "kith/kit";

const [api, realtime] = ["${processes.functionsUrl}", "${processes.realtimeUrl}"];
const password = "words-of-friends";
async function signUp(firstName) {
  const client = createClient(api);
  const json = { username: firstName + "-of-the-program", password, firstName, lastName: "Test" };
  const response = await client.api.users.$post({ json });
  if (!response.ok) throw new Error((await response.json()).message);
  return { ...client, id: (await response.json()).id };
}
const [ada, ben] = [await signUp("Ada"), await signUp("Ben")];
await ada.api.friends[":userId"].$put({ param: { userId: ben.id } });
await ben.api.friends[":userId"].$put({ param: { userId: ada.id } });

const words = ["Hello, Ben", "Still there?"];
let isLive = false;
const feed = createFeed({
  api,
  realtime,
  fetch: ben.fetch,
  connect: (url) => openSocket(url, { headers: ben.headers }),
  onChange({ connection }) {
    const wasLive = isLive;
    isLive = connection.state === "live";
    if (isLive && !wasLive) void ada.api.comments.$post({ header: {}, json: { body: words.shift() } });
  },
  onComment({ author, body }) {
    console.log(author.firstName + ": " + body);
    if (words.length === 0) feed.stop();
    else void ben.api.password.$put({ json: { current: password, next: "other-words-of-friends" } });
  },
});
feed.start();
`;

const types = `
import { type Client, createClient, type ErrorBody } from "kith/client";
import { createFeed, type Feed, type FeedState } from "kith/kit";

const client: Client = createClient("http://localhost:3000", { origin: "https://kith.example.org" });
const response = await client.api.comments.$get({ query: { limit: "10" } });
if (!response.ok) throw new Error(((await response.json()) satisfies ErrorBody).code satisfies string);
const [first] = (await response.json()).comments;
const feed: Feed = createFeed({ api: "", realtime: "", onChange(state: FeedState) { state.people.friends; } });
export const position: string = (await feed.comment(first?.author.username ?? "")).position;
`;

/** Each is refused for what it does, by the number of the compiler's error. */
const wrongUses: Record<string, string> = {
  [types.replace("query: { limit", "query: { length")]: "TS2353",
  [types.replace("!response.ok", "response.ok")]: "TS2339",
  [types.replace("position: string", "position: number")]: "TS2322",
  [types.replace("feed.comment(", "feed.say(")]: "TS2339",
  [types.replace("api.comments", "api.remarks")]: "TS2339",
};

describe("the package", () => {
  test("holds the built modules, their types, and no source", () => {
    const others = consumer.packed.filter((path) => !/^(\w+\.js|types\/.*\.d\.ts)$/.test(path));
    expect(others.sort()).toEqual(["LICENSE", "README.md", "package.json"]);
    expect(consumer.packed).toEqual(expect.arrayContaining(["client.js", "kit.js"]));
    expect(consumer.packed.filter((path) => /models|app|realtime/.test(path))).toEqual([]);
  });

  test("brings what it imports, and nothing of the server's", () => {
    expect(consumer.installed).toEqual(expect.arrayContaining(["kith", "hono", "socket.io-client", "zod"]));
    expect(consumer.installed.filter((name) => /^(node|mongo.*|express.*|passport.*|socket\.io)$/.test(name))).toEqual(
      [],
    );
    expect(consumer.installed.length).toBeLessThanOrEqual(15);
  });

  test("is what the repository's own package.json exports", () => {
    const { resolve } = createRequire(import.meta.url);
    for (const name of ["client", "kit"]) {
      expect(resolve(`kith/${name}`)).toBe(fileURLToPath(new URL(`../../dist/npm/${name}.js`, import.meta.url)));
    }
  });

  test("signs two people up in a plain Node, and one hears the other, also after a changed password", async () => {
    await consumer.write("program.js", program());
    using running = consumer.start("program.js");
    expect(await running.exit(), running.output).toBe(0);
    expect(running.output).toBe("Ada: Hello, Ben\nAda: Still there?\n");
  });

  test("compiles with what it declares, and refuses wrong use", async () => {
    await consumer.write("right.ts", types);
    expect(await consumer.typeCheck("right.ts")).toBe("");
    const names = Object.keys(wrongUses).map((_, index) => `wrong-${index}.ts`);
    await Promise.all(Object.keys(wrongUses).map((text, index) => consumer.write(`wrong-${index}.ts`, text)));
    const said = (await consumer.typeCheck(...names)).split("\n").filter((line) => line.startsWith("wrong-"));
    const expected = Object.values(wrongUses).map((code, index) => [`wrong-${index}.ts`, code]);
    const found = said.map((line) => /^(wrong-\d\.ts).*?(TS\d+)/.exec(line)?.slice(1));
    for (const each of expected) expect(found).toContainEqual(each);
  });

  test("does what the README shows, with the people of npm run dev", async () => {
    const database = await openDatabase(readConfig(processes.environment));
    await createDemoPeople(database);
    await database.close();
    const readme = await readFile(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
    const section = readme.split("\n## ").find((text) => text.startsWith("From your own program")) ?? "";
    const [says = "", hears = "", ...others] = [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, text = ""]) =>
      text
        .replaceAll("http://localhost:3000", processes.functionsUrl)
        .replaceAll("http://localhost:3001", processes.realtimeUrl),
    );
    expect(others).toEqual([]);
    for (const each of [says, hears]) expect(each.trimEnd().split("\n").length).toBeLessThanOrEqual(10);
    await Promise.all([consumer.write("says.ts", says), consumer.write("hears.ts", hears)]);
    expect(await consumer.typeCheck("says.ts", "hears.ts")).toBe("");
    using listening = consumer.start("hears.ts");
    await listening.prints(/^live$/m);
    using saying = consumer.start("says.ts");
    expect(await saying.exit(), saying.output).toBe(0);
    expect(saying.output).toMatch(/^Ada said it at 20\d\d-\d\d-/);
    await listening.prints(/^Ada: Hello from a program$/m);

    await consumer.write("names.ts", hears.replace(/\bfeed\.start.*/, "console.log(Object.keys(feed).join());"));
    using naming = consumer.start("names.ts");
    expect(await naming.exit(), naming.output).toBe(0);
    const names = naming.output
      .trim()
      .split(",")
      .filter((name) => name !== "state");
    expect(names).toContain("deleteAccount");
    expect(names.filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
  });
});
