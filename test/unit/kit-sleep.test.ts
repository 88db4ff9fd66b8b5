import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { joinedLink, me, moving, pass, second, signedInAs, signedOut } from "../helpers/link.ts";

let skipped: number;
beforeEach(() => {
  vi.useFakeTimers();
  skipped = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + skipped);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Time passes in which no timer runs; `isCounted` by the steady clock, too. */
function skip(time: number, isCounted = true): void {
  vi.setSystemTime(Date.now() + time);
  if (isCounted) skipped += time;
}

describe("a computer that slept while it was joined", () => {
  test.each([
    ["whose steady clock goes on", true],
    ["whose steady clock stops", false],
  ])("%s: leaves the socket, which may be half-open, and joins again at once", async (_, isCounted) => {
    const { emit, socket, ask, states } = await joinedLink();
    skip(10 * 60 * second, isCounted);
    await pass(5 * second);
    expect(socket.disconnect).toHaveBeenCalledTimes(1);
    expect(socket.connect).toHaveBeenCalledTimes(2);
    emit("me", me);
    expect(states).toEqual(moving);
    await pass(60 * second);
    expect(socket.connect).toHaveBeenCalledTimes(2);
    expect(ask).not.toHaveBeenCalled();
  });

  test("is found out by a steady clock that stopped, though what the node said before comes only now", async () => {
    const { emit, socket } = await joinedLink();
    skip(60 * second, false);
    emit("heartbeat", undefined);
    await pass(5 * second);
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  test("is found out at once when somebody looks", async () => {
    const { link, socket } = await joinedLink();
    skip(60 * second);
    link.retryNow();
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  test("is not a hidden page's late timer, during which the node was heard", async () => {
    const { emit, socket } = await joinedLink();
    for (let minute = 0; minute < 3; minute += 1) {
      skip(30 * second);
      emit("heartbeat", undefined);
      skip(30 * second);
      await pass(5 * second);
    }
    expect(socket.disconnect).not.toHaveBeenCalled();
  });

  test("and was waiting for its next try: tries at once", async () => {
    const { emit, socket, last } = await joinedLink(signedInAs("ada"), () => 1);
    emit("disconnect", "transport close");
    for (const wait of [5, 10]) {
      await pass(wait * second);
      emit("connect_error", new Error("websocket error"));
      await pass(0);
    }
    expect(last()).toEqual({ state: "offline", nextTry: Date.now() + 15 * second });
    skip(60 * second);
    await pass(5 * second);
    expect(socket.connect).toHaveBeenCalledTimes(4);
  });

  test("is no matter once it is stopped, or ended", async () => {
    for (const end of ["stop", "end"]) {
      const { emit, link, socket } = await joinedLink(signedOut);
      if (end === "stop") link.stop();
      else emit("session", { state: "ended", at: "", reason: "signedOut" });
      await pass(0);
      expect(vi.getTimerCount()).toBe(0);
      expect(socket.connect).toHaveBeenCalledTimes(1);
    }
  });
});

describe("a node that is silent", () => {
  test("is left when somebody looks: it should have been heard by then", async () => {
    const { emit, link, socket } = await joinedLink();
    emit("heartbeat", undefined);
    await pass(29 * second);
    link.retryNow();
    expect(socket.disconnect).not.toHaveBeenCalled();
    await pass(2 * second);
    link.retryNow();
    expect(socket.disconnect).toHaveBeenCalledTimes(1);
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  test("is not taken for one where the socket never tells of it, nor for what the last one did", async () => {
    const { emit, link, socket } = await joinedLink();
    link.retryNow();
    expect(socket.disconnect).not.toHaveBeenCalled();
    emit("heartbeat", undefined);
    await pass(20 * second);
    emit("disconnect", "transport close");
    link.retryNow();
    emit("me", me);
    await pass(20 * second);
    link.retryNow();
    expect(socket.disconnect).not.toHaveBeenCalled();
  });
});
