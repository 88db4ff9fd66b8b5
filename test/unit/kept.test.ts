import { describe, expect, test, vi } from "vitest";
import { createKept } from "../../functions/pages/browser/kept.ts";
import type { Unsent } from "../../functions/pages/browser/unsent.ts";

describe("words kept in the tab", () => {
  function memory(): Storage {
    const held = new Map<string, string>();
    return {
      getItem: (key: string) => held.get(key) ?? null,
      setItem: (key: string, value: string) => void held.set(key, value),
      removeItem: (key: string) => void held.delete(key),
      get length() {
        return held.size;
      },
    } as Storage;
  }

  test("survive a page, with their keys", () => {
    const storage = memory();
    const kept = createKept(() => storage);
    const unsent: Unsent[] = [{ key: "k", body: "a", state: "failed", reason: "offline", isFinal: false, after: "1" }];
    kept.belongTo("ada");
    kept.keep({ draft: "half a" });
    kept.keep({ unsent });
    expect(createKept(() => storage).belongTo("ada")).toEqual({ draft: "half a", unsent });
  });

  test("go when the tab becomes another's, and on demand", () => {
    const storage = memory();
    const kept = createKept(() => storage);
    kept.keep({ draft: "whose?" });
    expect(storage.length).toBe(0);
    kept.belongTo("ada");
    kept.keep({ draft: "mine" });
    expect(createKept(() => storage).belongTo("ben")).toEqual({ draft: "", unsent: [] });
    expect(storage.length).toBe(0);
    kept.keep({ draft: "mine" });
    kept.clear();
    expect(storage.length).toBe(0);
    // As when what was under way fails while the next page takes its time.
    kept.keep({ draft: "mine" });
    expect(storage.length).toBe(0);
  });

  test("go on demand also while the page goes, and are not written back where it takes its time", () => {
    vi.useFakeTimers();
    const storage = memory();
    const kept = createKept(() => storage);
    kept.belongTo("ada");
    kept.keep({ draft: "mine" });
    kept.pause();
    kept.clear();
    expect(storage.length).toBe(0);
    kept.keep({ draft: "mine" });
    vi.advanceTimersByTime(3_000);
    expect(storage.length).toBe(0);
    vi.useRealTimers();
  });

  test("stay as they are while the page goes, and not where it stays after all", () => {
    vi.useFakeTimers();
    const storage = memory();
    const kept = createKept(() => storage);
    const left = () => createKept(() => storage).belongTo("ada").draft;
    kept.belongTo("ada");
    kept.keep({ draft: "before" });
    kept.pause();
    kept.keep({ draft: "after" });
    expect(left()).toBe("before");
    vi.advanceTimersByTime(3_000);
    expect(left()).toBe("after");
    vi.useRealTimers();
  });

  test("are kept nowhere where the browser keeps nothing", () => {
    const kept = createKept(() => {
      throw new Error("SecurityError");
    });
    expect(kept.belongTo("ada").draft).toBe("");
    kept.keep({ draft: "mine" });
  });
});
