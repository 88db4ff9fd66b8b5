import { expect, test, vi } from "vitest";
import { lazily } from "../../shared/lazily.ts";

test("what is made is kept, and what could not be made is tried again, at once or later", async () => {
  const now = vi
    .fn(() => 1)
    .mockImplementationOnce(() => {
      throw new Error("not yet");
    });
  const value = lazily(now);
  expect(value).toThrow("not yet");
  expect([value(), value()]).toEqual([1, 1]);
  expect(now).toHaveBeenCalledTimes(2);

  const later = vi.fn(async () => 2).mockRejectedValueOnce(new Error("not yet"));
  const promised = lazily(later);
  const [first, beside] = [promised(), promised()];
  await expect(first).rejects.toThrow("not yet");
  await expect(beside).rejects.toThrow("not yet");
  expect([await promised(), await promised()]).toEqual([2, 2]);
  expect(later).toHaveBeenCalledTimes(2);
});
