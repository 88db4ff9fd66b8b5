import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { makeAnimation } from "./pictures/animation.ts";
import { bePresent, openDashboard, openPage } from "./pictures/people.ts";
import { startKith } from "./pictures/running.ts";
import { shown, writer } from "./pictures/scene.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "infra", "pictures");

await using kith = await startKith(root);
const browser = await launchChromium();
try {
  const url = kith.functionsUrl;
  await keep("sign-in.png", await openPage(browser, { width: 480, height: 560 }), (page) => page.goto(url));
  {
    using _ = await bePresent(kith);
    const there = await openDashboard(browser, url, writer, { width: 480, height: 560 });
    const desk = { width: 1280, height: 800 };
    await keep("dashboard.png", await dashboard(browser, desk));
    await keep("dashboard-dark.png", await dashboard(browser, { ...desk, isDark: true }));
    await keep("phone.png", await dashboard(browser, { width: 390, height: 720 }));
    await there.context().close();
  }
  await write("live.png", await makeAnimation(browser, url));
} finally {
  await browser.close();
}

/** The dashboard of the one whose it is, with friends who are there. */
async function dashboard(browser: Browser, look: { width: number; height: number; isDark?: boolean }): Promise<Page> {
  return openDashboard(browser, kith.functionsUrl, shown, look);
}

async function keep(name: string, page: Page, prepare?: (page: Page) => Promise<unknown>): Promise<void> {
  await prepare?.(page);
  await page.evaluate(() => document.fonts.ready);
  await write(name, await page.screenshot());
  await page.context().close();
}

async function write(name: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(folder, name), bytes);
  process.stdout.write(`${name.padEnd(20)}${Math.round(bytes.length / 1_000)} kB\n`.padStart(8));
}
