import { expect, test } from "vitest";
import { pageOf } from "../helpers/scene.ts";
import { seededPages } from "../helpers/seeded.ts";

const { pages, seeded } = await seededPages();

test("friends that cannot be loaded are said to while it is tried, though the feed is live, and then are there", async () => {
  const page = await pages.newPage();
  let isAway = true;
  await page.route("**/api/friends?*", (route) => (isAway ? route.abort("connectionrefused") : route.continue()));
  const ada = await seeded.person("Ada", [await seeded.person("Ben")]);
  await pageOf(pages, await seeded.client(ada), page);
  await page.goto(`${pages.url}/dashboard`);
  await pages.live(page);
  const words = page.getByRole("status").getByText("Your friends could not be loaded. Trying again.");
  await words.waitFor();
  isAway = false;
  await page.locator("#friends").getByText("Ben Test").waitFor({ timeout: 20_000 });
  expect(await words.count()).toBe(0);
  expect(await page.locator("#people-loading").isVisible()).toBe(false);
});

test("a feed that cannot be loaded says so, an empty one leads to the search, and nothing moves between them", async () => {
  const page = await pages.newPage();
  let isAway = true;
  await page.route("**/api/comments?*", (route) => (isAway ? route.abort("connectionrefused") : route.continue()));
  await page.addInitScript(() => {
    let shift = 0;
    Object.assign(window, { shift: () => shift });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  const ada = await seeded.person("Ada");
  await pageOf(pages, await seeded.client(ada), page);
  await page.goto(`${pages.url}/dashboard`);
  await page.getByText("Could not load yet. Still trying").waitFor();
  await page.locator(".skeleton").first().waitFor();
  isAway = false;
  await page.getByText("Nothing here yet.").waitFor({ timeout: 20_000 });
  expect(await page.locator(".skeleton").first().isVisible()).toBe(false);
  expect(await page.evaluate(() => (window as unknown as { shift: () => number }).shift())).toBeLessThan(0.02);
  await page.getByRole("link", { name: "Find someone you know" }).press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("search");
});

test("a button that is pressed while older ones load asks for nothing more, and looks for nothing in each frame", async () => {
  const ada = await seeded.person("Ada");
  await seeded.history(
    [ada],
    Array.from({ length: 120 }, (_, i) => `words ${i}`),
  );
  const page = await pages.newPage();
  await page.addInitScript(() => {
    let looks = 0;
    const { observe } = IntersectionObserver.prototype;
    IntersectionObserver.prototype.observe = function (target) {
      looks += 1;
      observe.call(this, target);
    };
    Object.assign(window, { looks: () => looks });
  });
  await page.route("**/api/comments?before*", () => {});
  await seeded.dashboard(ada, page);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  const older = page.locator("#older[aria-busy=true]");
  await older.waitFor();
  await older.press("Enter");
  const looks = await page.evaluate(async () => {
    for (let frames = 0; frames < 10; frames++) await new Promise(requestAnimationFrame);
    return (window as unknown as { looks: () => number }).looks();
  });
  expect(looks).toBe(1);
});
