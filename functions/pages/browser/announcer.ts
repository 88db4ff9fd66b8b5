import { element } from "./elements.ts";

/** How long a region is left empty before it says something, and how long that stays there, in milliseconds. */
const gap = 100;
const sayingTime = 4_000;

/**
 * Says things in a live region. It is emptied first: words that are there already would not be heard. What comes within
 * that moment is said together, and what comes while a dialog makes the page inert, after it.
 */
export function createAnnouncer(region: HTMLElement) {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  // It does not bubble.
  document.addEventListener("close", soon, { capture: true });

  function soon(): void {
    if (waiting.size === 0 || document.querySelector("dialog[open]")) return;
    region.replaceChildren();
    clearTimeout(timer);
    timer = setTimeout(speak, gap);
  }

  function speak(): void {
    // One may have opened meanwhile; its end leads here again.
    if (document.querySelector("dialog[open]")) return;
    region.replaceChildren(...[...waiting].map((text) => element("p", {}, text)));
    waiting.clear();
    timer = setTimeout(() => region.replaceChildren(), sayingTime);
  }

  return {
    say(text: string): void {
      if (text === "") return;
      waiting.add(text);
      if (waiting.size === 1) soon();
    },
    /** Forgets what was said to somebody else, or was to be. */
    reset(): void {
      clearTimeout(timer);
      waiting.clear();
      region.replaceChildren();
    },
  };
}
