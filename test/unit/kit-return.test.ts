import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { joinedLink, me, moving, pass, second, signedInAs, signedOut, startLink } from "../helpers/link.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a node that drains", () => {
  test("is left when it says, and another one joined at once, without a question and without being offline", async () => {
    const { emit, socket, ask, states } = await joinedLink();
    emit("drain", { afterMs: 4 * second });
    await pass(4 * second - 1);
    expect(socket.disconnect).not.toHaveBeenCalled();
    await pass(1);
    expect(socket.disconnect).toHaveBeenCalledTimes(1);
    expect(socket.connect).toHaveBeenCalledTimes(2);
    emit("me", me);
    expect(states).toEqual(moving);
    await pass(60 * second);
    expect(ask).not.toHaveBeenCalled();
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  test("is left once, when it said first", async () => {
    const { emit, socket } = await joinedLink();
    emit("drain", { afterMs: 2 * second });
    await pass(second);
    emit("drain", { afterMs: 500 });
    await pass(second - 1);
    expect(socket.connect).toHaveBeenCalledTimes(1);
    await pass(1);
    expect(socket.connect).toHaveBeenCalledTimes(2);
    emit("me", me);
    await pass(60 * second);
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  test.each(["transport close", "io server disconnect"])(
    "and closes before (%s): it is waited as after any loss, and the session is not doubted",
    async (reason) => {
      const { emit, socket, ask, last } = await joinedLink();
      emit("drain", { afterMs: 10 * second });
      emit("disconnect", reason);
      expect(last()).toEqual({ state: "offline", nextTry: Date.now() + 500 });
      await pass(500);
      expect(socket.connect).toHaveBeenCalledTimes(2);
      emit("me", me);
      // The time that was said is another connection's.
      await pass(60 * second);
      expect(socket.disconnect).not.toHaveBeenCalled();
      expect(ask).not.toHaveBeenCalled();
    },
  );

  test("and nobody takes it over at once: it is waited as after any failure, and the session is not doubted", async () => {
    const { emit, socket, ask, last } = await joinedLink();
    emit("drain", { afterMs: 0 });
    await pass(0);
    await pass(10);
    emit("connect_error", new Error("503"));
    expect(last()).toEqual({ state: "offline", nextTry: Date.now() + second });
    await pass(second);
    expect(socket.connect).toHaveBeenCalledTimes(3);
    expect(ask).not.toHaveBeenCalled();
  });

  test("and the next one, too, at once: the tries come apart", async () => {
    const { emit, socket } = await joinedLink();
    socket.connect.mockImplementation(() => {
      setTimeout(() => {
        emit("me", me);
        emit("drain", { afterMs: 0 });
      }, 5);
    });
    emit("drain", { afterMs: 0 });
    await pass(10 * second);
    // At once, after 1 s, and then every 1.5 s.
    expect(socket.connect).toHaveBeenCalledTimes(8);
  });

  test("is an ended session's all the same", async () => {
    const { emit, last } = await joinedLink(signedOut);
    emit("drain", { afterMs: 10 * second });
    emit("session", { state: "ended", at: "", reason: "signedOut" });
    await pass(0);
    expect(last()).toEqual({ state: "ended", reason: "signedOut" });
  });
});

test("those who lost a node do not come back within a second", () => {
  const delays = Array.from({ length: 100 }, (_, n) => {
    const { emit, last } = startLink(signedOut, () => n / 100);
    emit("me", me);
    emit("disconnect", "transport close");
    return (last() as { nextTry: number }).nextTry - Date.now();
  });
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(500);
  expect(Math.max(...delays)).toBeLessThanOrEqual(5_000);
  for (const start of [500, 1_500, 2_500, 3_500]) {
    const share = delays.filter((delay) => delay >= start && delay < start + second).length;
    expect(share).toBeLessThanOrEqual(25);
  }
});

test("handshakes that are refused though the session lives: tries come further apart, and so do the questions", async () => {
  const { emit, socket, ask } = startLink(signedInAs("ada"), () => 1);
  socket.connect.mockImplementation(() => void setTimeout(() => emit("connect_error", new Error("429")), 5));
  emit("connect_error", new Error("429"));
  await pass(61 * second);
  // After 5 and 10 s, and then every 15 s.
  expect(socket.connect).toHaveBeenCalledTimes(6);
  expect(ask.mock.calls.length).toBeLessThanOrEqual(6);
});
