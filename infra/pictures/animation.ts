import type { Browser, Page } from "playwright-core";
import { encodeApng, type Frame } from "./apng.ts";
import { openDesk } from "./desk.ts";
import { openDashboard } from "./people.ts";
import { shown, writer } from "./scene.ts";

const screen = { width: 392, height: 560 };
const question = "Soup at mine tonight. Who is in?";
const answer = "Me, and I bring the bread.";
/** In milliseconds. */
const [brief, long] = [220, 2_000];

/** Two people at their screens, one beside the other: each comments, and the other one sees it. */
export async function makeAnimation(browser: Browser, url: string): Promise<Uint8Array> {
  const [left, right] = await Promise.all([
    openDashboard(browser, url, writer, screen),
    openDashboard(browser, url, shown, screen),
  ]);
  const desk = await openDesk(browser, { width: 2 * screen.width + 16, height: screen.height });
  const frames: Frame[] = [];
  const keep = async (stands: number) => {
    // Typing at the foot of a screen may scroll it, away from what is new.
    await Promise.all([left, right].map((page) => page.evaluate(() => scrollTo(0, 0))));
    const changed = await desk.show([left, right]);
    if (changed) frames.push({ ...changed, stands });
  };

  await keep(long);
  await say(left, question, () => keep(brief));
  await said(right, question);
  await keep(long);
  await say(right, answer, () => keep(brief));
  await said(left, answer);
  await keep(2 * long);
  await Promise.all([left, right].map((page) => page.context().close()));
  await desk.close();
  return encodeApng(frames);
}

/** Types in three strokes, each of which is `kept`, and sends; by keyboard alone, as the driver scrolls before it clicks. */
async function say(page: Page, text: string, kept: () => Promise<void>): Promise<void> {
  const field = page.getByRole("textbox", { name: /^Say something/ });
  await field.evaluate((element) => element.focus({ preventScroll: true }));
  const stroke = Math.ceil(text.length / 3);
  for (let at = 0; at < text.length; at += stroke) {
    await page.keyboard.insertText(text.slice(at, at + stroke));
    await kept();
  }
  await page.keyboard.press("Control+Enter");
  await said(page, text);
}

function said(page: Page, text: string): Promise<void> {
  return page.getByRole("listitem").filter({ hasText: text }).waitFor();
}
