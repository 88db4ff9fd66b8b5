import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { commentOn } from "../helpers/pages.ts";
import { seededPages } from "../helpers/seeded.ts";
import { until } from "../helpers/until.ts";

const { pages, seeded } = await seededPages();

const field = (page: Page) => page.getByLabel("Say something");
const send = (page: Page) => page.getByRole("button", { name: "Send", exact: true });
const unsent = (page: Page) => page.locator("#comments .unsent");
const words = (page: Page) => page.locator("#comments .words").allInnerTexts();

async function write(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await field(page).fill(text);
    await field(page).press("Control+Enter");
  }
}

/** What becomes of a request. Lost: saved, and the answer never arrives; late: the socket tells of it before that is known. */
type Fate = "on" | "lost" | "late" | "away";

/** Holds the requests that comment until they are let go, one by one; each tells its key. */
async function hold(page: Page) {
  const keys: string[] = [];
  const held: ((how: Fate) => Promise<void>)[] = [];
  await page.route("**/api/comments", (route) => {
    if (route.request().method() !== "POST") return route.continue();
    keys.push(route.request().headers()["idempotency-key"] ?? "");
    return new Promise<void>((done) => {
      held.push(async (how) => {
        if (how === "lost" || how === "late") await route.fetch();
        const { body } = route.request().postDataJSON();
        if (how === "late") await commentOn(page, body).and(page.locator(":not(.unsent)")).waitFor();
        await (how === "on" ? route.continue() : route.abort("connectionrefused"));
        done();
      });
    });
  });
  return {
    keys,
    async next(how: Fate): Promise<void> {
      await until(() => held.length > 0);
      await held.shift()?.(how);
    },
  };
}

/** Every moment at which the same words stand in the feed more than once. */
async function watchDoubles(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const doubles: string[] = [];
    Object.assign(window, { doubles });
    const list = document.getElementById("comments") as HTMLElement;
    new MutationObserver(() => {
      const texts = [...list.querySelectorAll(".words")].map((each) => each.textContent ?? "");
      if (new Set(texts).size < texts.length) doubles.push(texts.join());
    }).observe(list, { childList: true, subtree: true });
  });
  return () => page.evaluate(() => (window as unknown as { doubles: string[] }).doubles);
}

test("a comment is there at once, the field is free, several keep their order, and none is there twice", async () => {
  const ben = await seeded.person("Ben");
  const [page, reader] = await Promise.all([
    seeded.person("Ada", [ben]).then((ada) => seeded.dashboard(ada)),
    seeded.dashboard(ben),
  ]);
  const doubles = await watchDoubles(page);
  const { next } = await hold(page);
  await write(page, "first", "second", "third");
  await expect.poll(() => words(page)).toEqual(["third", "second", "first"]);
  expect(await unsent(page).getByText("Sending…").count()).toBe(3);
  expect(await field(page).inputValue()).toBe("");
  expect(await field(page).evaluate((each) => each === document.activeElement)).toBe(true);
  // The answer is held, or lost: the socket is first.
  for (const how of ["on", "late", "on"] as const) await next(how);
  await unsent(page).first().waitFor({ state: "detached" });
  expect(await words(page)).toEqual(["third", "second", "first"]);
  expect(await doubles()).toEqual([]);
  await commentOn(reader, "third").waitFor();
  expect(await words(reader)).toEqual(["third", "second", "first"]);
});

test("one that fails stays with the reason, over a reload too, and tried again is one comment", async () => {
  const page = await seeded.dashboard(await seeded.person("Ada"));
  const { keys, next } = await hold(page);
  await write(page, "said once", "never mind");
  await field(page).fill("half a thought");
  await next("away");
  const failed = commentOn(page, "said once");
  await failed.getByText("There is no answer. Check the connection.").waitFor();
  await page.getByRole("status").filter({ hasText: "Not sent." }).waitFor();
  await next("away");
  await commentOn(page, "never mind").getByText("Not sent").waitFor();

  // Neither the answer nor the socket tells that it is saved.
  pages.processes.realtime.child.kill("SIGSTOP");
  await failed.getByRole("button", { name: "Try again" }).press("Enter");
  await next("lost");
  await failed.getByText("There is no answer").waitFor();
  expect(await failed.getByRole("button", { name: "Try again" }).evaluate((b) => b === document.activeElement)).toBe(
    true,
  );

  pages.processes.realtime.child.kill("SIGCONT");
  await page.reload();
  await pages.live(page);
  await until(async () => (await field(page).inputValue()) === "half a thought");
  // It had been saved: the feed, loaded anew, holds it. That it is the same one is known when it is tried again.
  await expect.poll(() => words(page)).toEqual(["never mind", "said once", "said once"]);
  await unsent(page).getByRole("button", { name: "Try again" }).last().press("Enter");
  await next("on");
  await expect.poll(() => words(page)).toEqual(["never mind", "said once"]);
  expect(await unsent(page).allInnerTexts()).toHaveLength(1);
  await commentOn(page, "never mind").getByRole("button", { name: "Discard" }).click();
  await expect.poll(() => words(page)).toEqual(["said once"]);
  await page.reload();
  await pages.live(page);
  await expect.poll(() => words(page)).toEqual(["said once"]);
  expect(new Set(keys).size).toBe(2);
});

test("what a reload cuts off goes on after it, under its key", async () => {
  const page = await seeded.dashboard(await seeded.person("Ada"));
  const { keys, next } = await hold(page);
  await write(page, "under way");
  await until(() => keys.length === 1);
  await page.reload();
  await next("away");
  await until(() => keys.length === 2);
  expect(keys[1]).toBe(keys[0]);
  await next("away");
  await page.unroute("**/api/comments");
  await commentOn(page, "under way").getByRole("button", { name: "Try again" }).click();
  await commentOn(page, "under way").and(page.locator(":not(.unsent)")).waitFor();
  expect(await words(page)).toEqual(["under way"]);
});

test("what can never be sent as it is goes back into the field", async () => {
  const page = await seeded.dashboard(await seeded.person("Ada"));
  await page.route("**/api/comments", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({
          status: 409,
          json: { code: "idempotency_mismatch", message: "This was sent with other words.", requestId: "1" },
        })
      : route.continue(),
  );
  await write(page, "refused");
  await unsent(page).getByText("This was sent with other words. Edit it, and send it again.").waitFor();
  await page.unroute("**/api/comments");
  await field(page).fill("something else");
  await unsent(page).getByRole("button", { name: "Edit" }).click();
  expect(await field(page).inputValue()).toBe("refused\n\nsomething else");
  await unsent(page).waitFor({ state: "detached" });
  await write(page, "refused no more");
  await commentOn(page, "refused no more").and(page.locator(":not(.unsent)")).waitFor();
});

test("characters are counted as the server does, and too many are refused at the field", async () => {
  const page = await seeded.dashboard(await seeded.person("Ada"));
  const count = page.locator("#composer-count");
  await field(page).fill("x".repeat(1_799));
  expect(await count.innerText()).toBe("");
  await field(page).fill("🙂".repeat(1_990));
  expect(await count.innerText()).toBe("10 left");
  await field(page).fill("🙂".repeat(2_003));
  expect(await count.innerText()).toBe("3 characters too many");
  await send(page).click();
  await page.getByRole("alert").getByText("Shorten it by 3 characters: a comment can have at most 2,000.").waitFor();
  expect(await field(page).getAttribute("aria-invalid")).toBe("true");
  expect(await words(page)).toEqual([]);
  await field(page).fill("🙂".repeat(2_000));
  expect(await field(page).getAttribute("aria-invalid")).toBeNull();
  await send(page).click();
  await page.locator("#comments li:not(.unsent)").waitFor();
});

test("words of one person are not left to the next one in the tab", async () => {
  const [ada, ben] = await Promise.all([seeded.person("Ada"), seeded.person("Ben")]);
  const page = await seeded.dashboard(ada);
  const { next } = await hold(page);
  await write(page, "mine");
  await next("away");
  await unsent(page).getByText("Not sent").waitFor();
  await field(page).fill("a secret");
  await page.context().clearCookies();
  await seeded.dashboard(ben, page);
  expect(await field(page).inputValue()).toBe("");
  expect(await unsent(page).count()).toBe(0);
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toMatch(/secret|mine/);
});
