import type { BrowserContextOptions, Page } from "playwright-core";
import { Client } from "./client.ts";
import type { Pages } from "./pages.ts";
import { block, want } from "./pairs.ts";

/** Somebody who does without a browser. */
export function newClient(pages: Pages): Client {
  const { functionsUrl, realtimeUrl } = pages.processes;
  return new Client({ functionsUrl, realtimeUrl, origin: functionsUrl });
}

/** A person who has signed up without a browser. */
export async function clientOf(pages: Pages, firstName: string): Promise<Client> {
  const client = newClient(pages);
  await client.signUp(firstName);
  return client;
}

/** Somebody with all that a dashboard shows: three friends who comment, requests in and out, and a person blocked. */
export async function busyPerson(pages: Pages, comments = 10): Promise<Client> {
  const [ada, ben, cleo, dora, gil, hana, ivo] = (await Promise.all(
    ["Ada", "Ben", "Cleo", "Dora", "Gil", "Hana", "Ivo"].map((name) => clientOf(pages, name)),
  )) as [Client, Client, Client, Client, Client, Client, Client];
  await Promise.all([
    ...[ben, cleo, dora].map((friend) => ada.befriend(friend)),
    want(gil, ada),
    want(ada, hana),
    block(ada, ivo),
  ]);
  for (let i = 0; i < comments; i++) {
    await ([ada, ben, cleo][i % 3] as Client).comment(
      `Word ${i}, said in a sentence that is longer than a line of a phone.`,
    );
  }
  return ada;
}

/** A page of a browser in which the person is signed in; a new one, or one that there is. */
export async function pageOf(pages: Pages, client: Client, where: Page | BrowserContextOptions = {}): Promise<Page> {
  const page = "goto" in where ? where : await pages.newPage(where);
  const cookies = [...client.cookies].map(([name, value]) => ({ name, value, url: pages.url }));
  await page.context().addCookies(cookies);
  return page;
}

/** A live dashboard of the person, with all that is read for it. */
export async function dashboardOf(pages: Pages, client: Client, where?: Page | BrowserContextOptions): Promise<Page> {
  const page = await pageOf(pages, client, where);
  await page.goto(`${pages.url}/dashboard`);
  await loaded(pages, page);
  return page;
}

/** Waits until a dashboard is live, and people are read. */
export async function loaded(pages: Pages, page: Page): Promise<void> {
  await pages.live(page);
  await page.locator("#people-loading").waitFor({ state: "hidden" });
}

export const narrow: BrowserContextOptions = { viewport: { width: 320, height: 640 } };

/** Opens the people where they are behind a button. */
export async function openPeople(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^People/ }).click();
}
