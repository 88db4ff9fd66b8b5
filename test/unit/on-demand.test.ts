import { describe, expect, test, vi } from "vitest";
import { onDemand } from "../../functions/on-demand.ts";
import { assetsOf } from "../../functions/pages/assets.ts";
import type { UnopenedDatabase } from "../../shared/database.ts";

const assets = async () => {
  const names = ["dashboard-a.js", "door-a.js", "style-a.css", "docs-a.css"];
  return assetsOf(names.map((name) => [name, new TextEncoder().encode(name)]));
};
const request = (path = "/api/me") => new Request(`https://kith.example.org${path}`);

function watched(connect: () => Promise<void>) {
  const opened = vi.fn(connect);
  const log = { error: vi.fn() };
  const build = vi.fn(() => ({ fetch: () => new Response("from the app") }));
  const close = vi.fn(async () => {});
  const database = { connect: opened, close } as Partial<UnopenedDatabase> as UnopenedDatabase;
  return { opened, close, log, build, app: onDemand({ create: () => database, build, assets, log }) };
}

describe("an app on demand", () => {
  test("opens one database for all, at the first request", async () => {
    const { opened, build, app } = watched(async () => {});
    expect(opened).not.toHaveBeenCalled();
    const answers = await Promise.all([app.fetch(request()), app.fetch(request())]);
    await app.fetch(request());
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(["from the app", "from the app"]);
    expect(opened).toHaveBeenCalledTimes(1);
    expect(build).toHaveBeenCalledTimes(1);
  });

  test("never keeps one that could not be opened", async () => {
    let isUp = false;
    const { opened, log, app } = watched(async () => {
      if (!isUp) throw new Error("away");
    });
    const refused = await app.fetch(request());
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: "unavailable" });
    expect(log.error).toHaveBeenCalledTimes(1);
    isUp = true;
    expect(await (await app.fetch(request())).text()).toBe("from the app");
    expect(opened).toHaveBeenCalledTimes(2);
  });

  test("closes what could not be built on, and begins anew", async () => {
    const { opened, close, build, app } = watched(async () => {});
    build.mockImplementationOnce(() => {
      throw new Error("no app");
    });
    expect((await app.fetch(request())).status).toBe(503);
    expect(close).toHaveBeenCalledTimes(1);
    expect(await (await app.fetch(request())).text()).toBe("from the app");
    expect(opened).toHaveBeenCalledTimes(2);
    expect(close).toHaveBeenCalledTimes(1);
  });

  test("shows a browser a page where there is no database, with the files of it", async () => {
    const { app, opened } = watched(() => Promise.reject(new Error("away")));
    const answer = await app.fetch(new Request(request("/"), { headers: { accept: "text/html" } }));
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toMatch("text/html");
    expect(answer.headers.get("content-security-policy")).toMatch("default-src 'none'");
    const text = await answer.text();
    expect(text).toContain("Not available right now");
    expect(text).toContain("/assets/style-a.css");
    opened.mockClear();
    expect(await (await app.fetch(request("/assets/style-a.css"))).text()).toBe("style-a.css");
    expect((await app.fetch(request("/assets/other.css"))).status).toBe(404);
    expect(opened).not.toHaveBeenCalled();
  });

  test("tries once more what failed while the process was frozen", async () => {
    const first = Promise.withResolvers<void>();
    const attempts = [() => first.promise, async () => {}];
    const { app } = watched(() => (attempts.shift() as () => Promise<void>)());
    const before = app.fetch(request());
    const after = app.fetch(request());
    first.reject(new Error("Timed out while nobody ran."));
    expect((await before).status).toBe(503);
    expect(await (await after).text()).toBe("from the app");
  });

  test("answers in time where the database does not, and says at once that it is alive", async () => {
    vi.useFakeTimers();
    try {
      const { opened, app } = watched(() => new Promise(() => {}));
      expect(await (await app.fetch(request("/health"))).json()).toEqual({ status: "alive" });
      expect(opened).not.toHaveBeenCalled();
      const answer = app.fetch(request());
      await vi.advanceTimersByTimeAsync(5_000);
      expect((await answer).status).toBe(503);
    } finally {
      vi.useRealTimers();
    }
  });
});
