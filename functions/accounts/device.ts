/** Where a session was signed in, in words. */
export interface Device {
  browser: string;
  platform: string;
}

declare module "express-session" {
  interface SessionData {
    device?: Device;
    /** Who signed in, and how often their password had been changed by then. */
    madeWith?: { user: string; passwordChanges: number };
  }
}

const unknownBrowser = "Unknown browser";
const unknownPlatform = "Unknown system";
/** What is read of a User-Agent, and what is kept of a name, in characters. */
const readLength = 400;
const keptLength = 40;

/** The words for a User-Agent. What reads it is loaded for that: few requests sign anybody in. */
export async function deviceFrom(userAgent: string | undefined): Promise<Device> {
  const { default: Bowser } = await import("bowser");
  const parsed = userAgent ? Bowser.parse(userAgent.slice(0, readLength)) : undefined;
  return {
    browser: wordsOf(parsed?.browser.name) ?? unknownBrowser,
    platform: wordsOf(parsed?.os.name) ?? unknownPlatform,
  };
}

/** The words in a session's data, which a neighbour may have written, or not have written. */
export function deviceOf({ device }: { device?: unknown }): Device {
  const { browser, platform } = (device ?? {}) as Record<keyof Device, unknown>;
  return { browser: wordsOf(browser) ?? unknownBrowser, platform: wordsOf(platform) ?? unknownPlatform };
}

/** A name in printable characters, not too many; undefined where nothing is left. */
function wordsOf(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const printable = name.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
  return [...printable].slice(0, keptLength).join("").trim() || undefined;
}
