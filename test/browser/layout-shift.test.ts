import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Client } from "../helpers/client.ts";
import { Pages } from "../helpers/pages.ts";
import { busyPerson, loaded, pageOf } from "../helpers/scene.ts";

let pages: Pages;
let busy: Client;
beforeAll(async () => {
  pages = await Pages.start();
  busy = await busyPerson(pages, 50);
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

/** Opens a page whose script comes only when everything else has been painted. */
async function openSlowly(page: Page, path: string): Promise<void> {
  const { promise: painted, resolve } = Promise.withResolvers<void>();
  await page.route("**/assets/*.js", async (route) => {
    await painted;
    await route.continue();
  });
  await page.goto(pages.url + path, { waitUntil: "commit" });
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  resolve();
}

/** Notes every shift from the first paint on, also what browsers forgive because of an input. */
async function watchShifts(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(globalThis, { shifts });
    const nameOf = (node: Node | null) => (node instanceof Element ? node.outerHTML : node?.textContent)?.slice(0, 80);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        sources: { node: Node | null }[];
      })[])
        shifts.push(`${entry.value.toFixed(5)} by ${entry.sources.map(({ node }) => nameOf(node)).join(", ")}`);
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () =>
    page.evaluate(async () => {
      // What is drawn now is reported after the frame that shows it.
      for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
      return (globalThis as unknown as { shifts: string[] }).shifts;
    });
}

test.each([320, 768, 1280])("at %i px nothing moves while a dashboard with 50 comments is read", async (width) => {
  const page = await pageOf(pages, busy, { viewport: { width, height: 800 } });
  const shifts = await watchShifts(page);
  await openSlowly(page, "/dashboard");
  await loaded(pages, page);
  await page.locator("#comments").getByText("Word 40").waitFor();
  expect(await shifts()).toEqual([]);
});

test.each(["/", "/signup", "/?ended=expired"])("nothing moves on %s when its script adds a button", async (path) => {
  const page = await pages.newPage({ viewport: { width: 320, height: 640 } });
  const shifts = await watchShifts(page);
  await openSlowly(page, path);
  await page.getByRole("button", { name: "Show password" }).waitFor();
  expect(await shifts()).toEqual([]);
});
