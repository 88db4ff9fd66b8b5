import type { Browser, Page } from "playwright-core";
import type { Frame } from "./apng.ts";
import { openPage } from "./people.ts";

const style = `body { margin: 0; display: flex; justify-content: space-between; background: #fff }
img { border-radius: 8px; outline: 1px solid #ccd5d5; outline-offset: -1px }`;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Pages beside each other, as one picture. */
export async function openDesk(browser: Browser, size: { width: number; height: number }) {
  const page = await openPage(browser, size);
  let before: string | undefined;
  return {
    /** What is another than when it was last asked for: all of it at first; undefined where nothing is. */
    async show(pages: Page[]): Promise<Pick<Frame, "png" | "at"> | undefined> {
      const stills = await Promise.all(pages.map((each) => each.screenshot({ caret: "hide" })));
      const images = stills.map((still) => `<img alt="" src="${addressOf(still)}">`);
      await page.setContent(`<style>${style}</style>${images.join("")}`, { waitUntil: "load" });
      const whole = await page.screenshot();
      const [last, now] = [before, addressOf(whole)];
      before = now;
      if (last === undefined) return { png: whole };
      const box = await page.evaluate(changedBox, [last, now] as const);
      return box && { png: await page.screenshot({ clip: box }), at: box };
    },
    close: () => page.context().close(),
  };
}

function addressOf(png: Buffer): string {
  return `data:image/png;base64,${png.toString("base64")}`;
}

/** Runs in the browser: the smallest box that holds all pixels in which two pictures differ. */
async function changedBox(pictures: readonly [string, string]): Promise<Box | undefined> {
  const [before, after] = await Promise.all(
    pictures.map(async (address) => {
      const image = await createImageBitmap(await (await fetch(address)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height);
    }),
  );
  if (!before || !after) return undefined;
  const { width } = after;
  const [a, b] = [new Uint32Array(before.data.buffer), new Uint32Array(after.data.buffer)];
  let [left, top, right, bottom] = [width, after.height, -1, -1];
  for (const [index, pixel] of b.entries()) {
    if (pixel === a[index]) continue;
    const [x, y] = [index % width, Math.floor(index / width)];
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
