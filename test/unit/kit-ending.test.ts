import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../../functions/pages/browser/kit/api.ts";
import { me, signedInAs, signedOut, startLink } from "../helpers/link.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

/** A joined link whose API answers one after the other, the last of them for ever. */
function joined(...answers: (() => Promise<unknown>)[]) {
  const started = startLink(() => (answers.length > 1 ? answers.shift() : answers[0])?.() as Promise<unknown>);
  started.emit("me", me);
  const end = (reason: string | undefined) => started.emit("session", { state: "ended", at: "", reason });
  return { ...started, end };
}
const many = (count: number, answer: () => Promise<unknown>) => Array.from({ length: count }, () => answer);

describe("an end that is told with a reason of its own", () => {
  test.each(["signedOut", "endedElsewhere", "passwordChanged", "accountDeleted", "accountDisabled", "expired"])(
    "%s is believed as soon as the API confirms it",
    async (reason) => {
      const { end, ask, last } = joined(signedOut);
      end(reason);
      expect(last()).toEqual({ state: "offline", nextTry: undefined });
      await settle();
      expect(last()).toEqual({ state: "ended", reason });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(ask).toHaveBeenCalledTimes(1);
    },
  );

  test("is none where somebody is signed in", async () => {
    const { end, identified, socket } = joined(signedInAs("ben"));
    end("signedOut");
    await settle();
    expect(identified).toEqual(["ada", "ben"]);
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  test("keeps its reason while the API does not answer", async () => {
    const { end, emit, last } = joined(() => Promise.reject(new ApiError("network", "No answer.")), signedOut);
    end("expired");
    await vi.advanceTimersByTimeAsync(500);
    emit("connect_error", new Error("websocket error"));
    await settle();
    expect(last()).toEqual({ state: "ended", reason: "expired" });
  });
});

describe("an end that may be followed by another session in the same browser", () => {
  test.each([
    ["replaced", 6, 7_750, "replaced"],
    ["unknown", 5, 3_750, "unknown"],
    [undefined, 5, 3_750, "unknown"],
    ["of a newer node", 5, 3_750, "unknown"],
    ["constructor", 5, 3_750, "unknown"],
  ])("%s: is believed after %i refusals in %i ms", async (told, refusals, time, reason) => {
    const { end, ask, states, last } = joined(signedOut);
    end(told);
    const before = states.length;
    await vi.advanceTimersByTimeAsync(time - 1);
    expect(last()).toEqual({ state: "offline", nextTry: undefined });
    expect(states).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(last()).toEqual({ state: "ended", reason });
    expect(ask).toHaveBeenCalledTimes(refusals);
  });

  test.each(["replaced", "unknown"])("%s: comes back at once as whoever is signed in then", async (reason) => {
    const { end, emit, identified, socket, states } = joined(...many(3, signedOut), signedInAs("ben"));
    end(reason);
    await vi.advanceTimersByTimeAsync(1_749);
    expect(identified).toEqual(["ada"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(identified).toEqual(["ada", "ben"]);
    expect(socket.connect).toHaveBeenCalledTimes(2);
    emit("me", { ...me, user: { id: "ben" } });
    expect(states.slice(1)).toEqual([
      { state: "joined" },
      { state: "offline", nextTry: undefined },
      { state: "joined" },
    ]);
  });

  test("a failed handshake, and a close without a word, are doubted too", async () => {
    const { emit, last } = startLink(signedOut);
    emit("connect_error", new Error("websocket error"));
    await vi.advanceTimersByTimeAsync(3_749);
    expect(last()).toEqual({ state: "offline", nextTry: undefined });
    await vi.advanceTimersByTimeAsync(1);
    expect(last()).toEqual({ state: "ended", reason: "unknown" });
  });

  test("the reason of an earlier end does not stand for a later one", async () => {
    const { end, emit, ask, last } = joined(signedInAs("ada"), signedOut);
    end("expired");
    await settle();
    emit("me", me);
    emit("disconnect", "io server disconnect");
    await settle();
    expect(last()).toEqual({ state: "offline", nextTry: undefined });
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test("the old session's last answer makes no storm: the handshake fails, and tries come apart", async () => {
    const { end, emit, ask, socket, identified } = joined(signedInAs("ada"), signedOut, signedInAs("ben"));
    socket.connect.mockImplementation(() => void setTimeout(() => emit("connect_error", new Error("401")), 5));
    end("replaced");
    await vi.advanceTimersByTimeAsync(3_000);
    // At once, then after 1 and 1.5 s.
    expect(socket.connect).toHaveBeenCalledTimes(4);
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(identified).toEqual(["ada", "ada", "ben"]);
  });

  test("stops asking when it is stopped", async () => {
    const { end, ask, link, states } = joined(signedOut);
    end("replaced");
    await vi.advanceTimersByTimeAsync(500);
    link.stop();
    const before = states.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(states).toHaveLength(before);
  });

  test("takes no answer once it is stopped", async () => {
    const answer = Promise.withResolvers<unknown>();
    const { end, link, states, identified } = joined(() => answer.promise);
    end("replaced");
    link.stop();
    const before = states.length;
    answer.resolve(await signedInAs("ben")());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toHaveLength(before);
    expect(identified).toEqual(["ada"]);
  });
});
