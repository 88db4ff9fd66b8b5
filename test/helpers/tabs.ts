import type { Page } from "playwright-core";

/** What a dashboard shows at one moment. */
export interface Moment {
  name: string;
  comments: string;
  draft: string;
}

/** Records every state that a dashboard's document is in from now on, also those too short to be painted. */
export async function recordMoments(page: Page): Promise<Moment[]> {
  const moments: Moment[] = [];
  await page.exposeFunction("recordMoment", (moment: Moment) => void moments.push(moment));
  await page.evaluate(() => {
    const { recordMoment } = window as unknown as { recordMoment(moment: Moment): void };
    const text = (id: string) => document.getElementById(id)?.textContent ?? "";
    const record = () =>
      recordMoment({
        name: text("full-name"),
        comments: text("comments"),
        draft: (document.getElementById("composer-text") as HTMLTextAreaElement).value,
      });
    record();
    new MutationObserver(record).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return moments;
}

/**
 * Lets a form's request reach the server at once, and holds back the answer, with its cookie, for so many milliseconds.
 * Done when the server has answered.
 */
export async function holdAnswer(page: Page, path: string, time: number): Promise<{ answered: Promise<void> }> {
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  await page.route(`**${path}`, async (route) => {
    const request = route.request();
    // Not the route's own fetch, which puts the answer's cookie into the browser at once.
    const response = await fetch(request.url(), {
      method: request.method(),
      headers: await request.allHeaders(),
      body: request.postData(),
      redirect: "manual",
    });
    const body = await response.text();
    resolve();
    await new Promise((done) => setTimeout(done, time));
    await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body });
  });
  return { answered };
}
