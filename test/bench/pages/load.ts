import type { Browser, Page } from "playwright-core";
import type { Visitor } from "../world.ts";

/** A side's page: where it is, and how it shows that it is live with all its comments. */
export interface Side {
  name: string;
  url: string;
  /** A comment's element. */
  comment: string;
  /** The element whose text says "Live". */
  status: string;
}

/** When things were seen, in milliseconds since the page was asked for. */
export interface Load {
  firstPaint: number;
  live: number;
}

const timeout = 60_000;

/** Opens a side's page as a visitor whose browser has kept nothing; `work` may use the page before it is closed. */
export async function open<Output>(
  browser: Browser,
  visitor: Visitor,
  side: Side,
  work: (page: Page) => Promise<Output>,
): Promise<Output> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const [name = "", value = ""] = visitor.cookie.split("=");
    await context.addCookies([{ name, value, url: new URL(side.url).origin }]);
    const page = await context.newPage();
    page.setDefaultTimeout(timeout);
    return await work(page);
  } finally {
    await context.close();
  }
}

/** Loads the page, until it shows so many comments, and that it is live. */
export async function load(page: Page, side: Side, comments: number): Promise<Load> {
  await page.addInitScript(watchForLive, { comment: side.comment, status: side.status, comments });
  await page.goto(side.url);
  await page.waitForFunction(() => "liveAt" in window);
  return page.evaluate(() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return { firstPaint: paint?.startTime ?? Number.NaN, live: (window as unknown as { liveAt: number }).liveAt };
  });
}

/** In the page, before its own script: notes the first frame in which everything is there. */
function watchForLive(wanted: { comment: string; status: string; comments: number }): void {
  const look = () => {
    const isLive = document.querySelector(wanted.status)?.textContent?.startsWith("Live");
    if (!isLive || document.querySelectorAll(wanted.comment).length < wanted.comments)
      return requestAnimationFrame(look);
    Object.assign(window, { liveAt: performance.now() });
  };
  requestAnimationFrame(look);
}
