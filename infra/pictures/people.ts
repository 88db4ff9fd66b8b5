import type { Browser, Page } from "playwright-core";
import { createClient } from "../../functions/client/index.ts";
import { createFeed, openSocket } from "../../functions/pages/browser/kit/index.ts";
import type { Running } from "./running.ts";
import { password, present } from "./scene.ts";

/** The font that the packaged browser brings along: the same on each machine, where it is there. */
const font = ':root { --font: "Open Sans", system-ui, sans-serif }';

export interface Look {
  width: number;
  height: number;
  isDark?: boolean;
}

/** A page in a browser of its own, as wide as it is to be shown. */
export async function openPage(browser: Browser, { width, height, isDark = false }: Look): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: isDark ? "dark" : "light",
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    // The pages' own policy would refuse the font below.
    bypassCSP: true,
  });
  const page = await context.newPage();
  page.on("domcontentloaded", () => void page.addStyleTag({ content: font }).catch(() => {}));
  return page;
}

/** The dashboard of somebody of the scene, once it is live. */
export async function openDashboard(browser: Browser, url: string, username: string, look: Look): Promise<Page> {
  const page = await openPage(browser, look);
  await page.goto(url);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/dashboard");
  await page.getByRole("status").getByText("Live").waitFor();
  return page;
}

/** Lets those who are to be seen as online be there, without a screen; resolves when all are. */
export async function bePresent({ functionsUrl, realtimeUrl }: Running): Promise<Disposable> {
  const feeds = await Promise.all(
    present.map(async (username) => {
      const client = createClient(functionsUrl);
      const response = await client.api.session.$post({ json: { username, password } });
      if (!response.ok) throw new Error((await response.json()).message);
      return new Promise<ReturnType<typeof createFeed>>((resolve) => {
        const feed = createFeed({
          api: functionsUrl,
          realtime: realtimeUrl,
          fetch: client.fetch,
          connect: (url) => openSocket(url, { headers: client.headers }),
          onChange({ connection }) {
            if (connection.state === "live") resolve(feed);
          },
        });
        feed.start();
      });
    }),
  );
  return {
    [Symbol.dispose]() {
      for (const feed of feeds) feed.stop();
    },
  };
}
