import { vi } from "vitest";

export interface Held {
  /** Resolves when the call has come as far as it is let. */
  reached: Promise<void>;
  release(): void;
}

/** Holds the next call of a method that `accept` accepts: before it does its work, or with its result in hand. */
export function hold<Target extends object>(
  target: Target,
  method: keyof Target & string,
  when: "before" | "after",
  accept: (...args: unknown[]) => boolean = () => true,
): Held {
  const reached = Promise.withResolvers<void>();
  const latch = Promise.withResolvers<void>();
  const original = (target[method] as (...args: unknown[]) => unknown).bind(target);
  const wait = () => {
    reached.resolve();
    return latch.promise;
  };
  const spy = vi.spyOn(target as Record<string, (...args: unknown[]) => unknown>, method);
  spy.mockImplementation((...args) => {
    if (!accept(...args)) return original(...args);
    spy.mockRestore();
    if (when === "before") return wait().then(() => original(...args));
    return Promise.resolve(original(...args)).then(async (result) => {
      await wait();
      return result;
    });
  });
  return { reached: reached.promise, release: () => latch.resolve() };
}
