import { describe, expect, test, vi } from "vitest";
import { onDemand } from "../../functions/on-demand.ts";
import type { UnopenedDatabase } from "../../shared/database.ts";

const request = (path = "/api/me") => new Request(`https://kith.example.org${path}`);

function watched(connect: () => Promise<void>) {
  const opened = vi.fn(connect);
  const log = { error: vi.fn() };
  const build = vi.fn(() => ({ fetch: () => new Response("from the app") }));
  return {
    opened,
    log,
    build,
    app: onDemand({ create: () => ({ connect: opened }) as Partial<UnopenedDatabase> as UnopenedDatabase, build, log }),
  };
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
