import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../../functions/pages/browser/kit/api.ts";
import { backoff } from "../../functions/pages/browser/kit/backoff.ts";
import { me, signedInAs, signedOut, startLink as start } from "../helpers/link.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

describe("the link to a realtime node", () => {
  test("joins with `me`, not with the mere connection", () => {
    const { emit, states } = start(signedOut);
    expect(states).toEqual([{ state: "connecting" }]);
    emit("me", me);
    expect(states.at(-1)).toEqual({ state: "joined" });
  });

  test("comes back by itself when the connection breaks, and tells when it tries", async () => {
    const { emit, socket, ask, last } = start(signedOut);
    emit("me", me);
    emit("disconnect", "transport close");
    expect(last()).toEqual({ state: "offline", nextTry: Date.now() + 500 });
    await vi.advanceTimersByTimeAsync(500);
    expect(last()).toEqual({ state: "offline", nextTry: undefined });
    expect(socket.connect).toHaveBeenCalledTimes(2);
    expect(ask).not.toHaveBeenCalled();
  });

  test("asks for the session when the server closes: ended", async () => {
    const { emit, socket, last } = start(signedOut);
    emit("me", me);
    emit("disconnect", "io server disconnect");
    await vi.advanceTimersByTimeAsync(3_750);
    expect(last()).toEqual({ state: "ended", reason: "unknown" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(socket.connect).toHaveBeenCalledTimes(1);
  });

  test("asks for the session when the server closes: joins again as whoever is signed in", async () => {
    const { emit, socket, identified } = start(signedInAs("ben"));
    emit("me", me);
    emit("disconnect", "io server disconnect");
    await settle();
    expect(identified).toEqual(["ada", "ben"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  test("takes `session` ended for what it is, and asks once when the close follows", async () => {
    const { emit, socket, ask, last } = start(signedOut);
    emit("me", me);
    emit("session", { state: "ended", at: "", reason: "signedOut" });
    emit("disconnect", "io server disconnect");
    await settle();
    expect(ask).toHaveBeenCalledTimes(1);
    expect(socket.disconnect).toHaveBeenCalled();
    expect(last()).toEqual({ state: "ended", reason: "signedOut" });
  });

  test("asks why a handshake failed, but not each time", async () => {
    const { emit, ask, last } = start(signedInAs("ada"));
    emit("connect_error", new Error("websocket error"));
    await settle();
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(500);
    emit("connect_error", new Error("websocket error"));
    await settle();
    expect(ask).toHaveBeenCalledTimes(1);
    expect(last()).toMatchObject({ state: "offline", nextTry: Date.now() + 1_000 });
  });

  test("keeps trying when the API does not answer either", async () => {
    const { emit, socket } = start(() => Promise.reject(new ApiError("network", "There is no answer.")));
    for (let tries = 1; tries <= 8; tries += 1) {
      expect(socket.connect).toHaveBeenCalledTimes(tries);
      emit("connect_error", new Error("websocket error"));
      await vi.advanceTimersByTimeAsync(15_000);
    }
  });

  test("leaves a node that accepts the socket and then says nothing", async () => {
    const { socket, last } = start(signedInAs("ada"));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(socket.disconnect).toHaveBeenCalledTimes(1);
    expect(last()).toMatchObject({ state: "offline", nextTry: Date.now() + 500 });
  });

  test("does not wait when it is told that the network is back", () => {
    const { emit, link, socket } = start(signedOut);
    link.retryNow();
    expect(socket.connect).toHaveBeenCalledTimes(1);
    emit("me", me);
    emit("disconnect", "transport close");
    link.retryNow();
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  test("stops", async () => {
    const { emit, link, socket } = start(signedOut);
    emit("me", me);
    link.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(socket.connect).toHaveBeenCalledTimes(1);
  });
});

test("tries are spread, further apart each time, up to 15 s", () => {
  const delays = (random: number) => [0, 1, 2, 3, 4, 50].map((attempt) => Math.round(backoff(attempt, () => random)));
  expect(delays(0)).toEqual([100, 200, 400, 800, 1_500, 1_500]);
  expect(delays(1)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
});
