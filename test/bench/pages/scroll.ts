import type { Page } from "playwright-core";
import type { Side } from "./load.ts";

/** What of a way through a page was felt. */
export interface Smoothness {
  /** Frames that were drawn. */
  frames: number;
  /** How long each task took that kept the page busy for more than 50 ms, in milliseconds. */
  longTasks: number[];
}

/** How far one frame moves, in pixels: somebody in a hurry. */
const step = 400;
/** How long nothing may come while one scrolls down, and how long the way up may take, in milliseconds. */
const patience = 60_000;

/** Scrolls down until so many comments are there and the end is reached: older ones are loaded on the way. */
export function scrollDown(page: Page, { comment }: Side, comments: number): Promise<Smoothness> {
  return page.evaluate(scroll, { comment, comments, step, patience });
}

/** Scrolls from the end to the top, through all that is there. */
export function scrollUp(page: Page, { comment }: Side): Promise<Smoothness> {
  return page.evaluate(scroll, { comment, comments: 0, step: -step, patience });
}

/** In the page: a step a frame; the browser says which tasks were long. */
async function scroll(way: { comment: string; comments: number; step: number; patience: number }): Promise<Smoothness> {
  const longTasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: "longtask" });
  const isOver = () => {
    if (way.step < 0) return scrollY <= 0;
    const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
    return isAtEnd && count() >= way.comments;
  };
  const count = () => document.querySelectorAll(way.comment).length;
  let frames = 0;
  let grown = { at: performance.now(), count: count() };
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  while (!isOver()) {
    scrollBy({ top: way.step, behavior: "instant" });
    frames += 1;
    await nextFrame();
    if (way.step > 0 && count() > grown.count) grown = { at: performance.now(), count: count() };
    if (performance.now() - grown.at > way.patience) {
      throw new Error(`After ${frames} frames it is at ${scrollY} px, with ${grown.count} comments.`);
    }
  }
  // What the last frame led to is told a moment later.
  for (let i = 0; i < 10; i++) await nextFrame();
  observer.disconnect();
  return { frames, longTasks };
}
