import { gzipSync } from "node:zlib";
import type { Page, Response } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Pages } from "../helpers/pages.ts";
import { busyPerson, loaded, pageOf } from "../helpers/scene.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

const limit = 40_000;

/** All answers that a page's document and what it names bring; what its script asks of the API is not among them. */
async function loadedBy(page: Page, path: string): Promise<Response[]> {
  const responses: Response[] = [];
  page.on("response", (response) => {
    if (!new URL(response.url()).pathname.startsWith("/api/")) responses.push(response);
  });
  await page.goto(pages.url + path, { waitUntil: "networkidle" });
  return responses;
}

const compressed = async (response: Response) => gzipSync(await response.body()).length;

test("a dashboard's HTML, CSS and JavaScript are at most 40 kB, all from here, for as long as their names stand", async () => {
  const page = await pageOf(pages, await busyPerson(pages, 3));
  const responses = await loadedBy(page, "/dashboard");
  await loaded(pages, page);
  const sizes = new Map(
    await Promise.all(responses.map(async (each) => [new URL(each.url()).pathname, await compressed(each)] as const)),
  );
  const kinds = [...sizes.keys()].map((path) => path.replace(/-[0-9A-Z]{8}\./, "-*.")).sort();
  expect(kinds).toEqual(expect.arrayContaining(["/assets/dashboard-*.js", "/assets/style-*.css", "/dashboard"]));
  expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limit);

  for (const response of responses) {
    const { origin, pathname } = new URL(response.url());
    const headers = response.headers();
    expect(origin).toBe(pages.url);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    if (pathname === "/dashboard") {
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none';/);
      expect(headers["content-security-policy"]).not.toContain("unsafe");
    } else if (/-[0-9A-Z]{8}\.(js|css)$/.test(pathname)) {
      expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    }
  }
});

test.each(["/", "/signup"])("%s is light, and does without the dashboard's script", async (path) => {
  const responses = await loadedBy(await pages.newPage(), path);
  const paths = responses.map((response) => new URL(response.url()).pathname);
  expect(paths.filter((each) => each.endsWith(".js"))).toEqual([expect.stringMatching(/^\/assets\/door-\w{8}\.js$/)]);
  const sizes = await Promise.all(responses.map(compressed));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(8_000);
});
