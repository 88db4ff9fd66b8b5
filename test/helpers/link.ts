import { vi } from "vitest";
import { ApiError } from "../../functions/pages/browser/kit/api.ts";
import { createLink, type LinkState } from "../../functions/pages/browser/kit/link.ts";
import type { FeedSocket } from "../../functions/pages/browser/kit/socket.ts";

export const signedOut = () => Promise.reject(new ApiError("unauthenticated", "Sign in first."));
export const signedInAs = (id: string) => () =>
  Promise.resolve({ user: { id, username: id, firstName: id, lastName: "X" }, expiresAt: "", endsAt: "" });
export const me = { user: { id: "ada" }, time: "0" };

/** A link that has started, on a socket that is connected to nothing and an API that answers as `session` does. */
export function startLink(session: () => Promise<unknown>, random = () => 0) {
  const listeners = new Map<string, (payload: never) => void>();
  const emit = (name: string, payload: unknown) => listeners.get(name)?.(payload as never);
  const states: LinkState[] = [];
  const identified: string[] = [];
  const socket = {
    on: (name: string, listener: (payload: never) => void) => listeners.set(name, listener),
    connect: vi.fn(),
    disconnect: vi.fn(() => emit("disconnect", "io client disconnect")),
  };
  const ask = vi.fn(session);
  const link = createLink(
    socket as unknown as FeedSocket,
    ask as never,
    { changed: (state) => states.push(state), joined() {}, identified: (id) => identified.push(id) },
    random,
  );
  link.start();
  return { link, socket, emit, states, identified, ask, last: () => states.at(-1) };
}

export const second = 1_000;

/** Lets so many milliseconds of the fake clock pass. */
export const pass = (time: number) => vi.advanceTimersByTimeAsync(time);

/** The states of a link that goes from one node to another. */
export const moving = [{ state: "connecting" }, { state: "joined" }];

/** A link that has been joined for so long, on a fake clock, that its connection was a good one. */
export async function joinedLink(session: () => Promise<unknown> = signedInAs("ada"), random = () => 0) {
  const started = startLink(session, random);
  started.emit("me", me);
  await pass(60 * second);
  started.states.length = 0;
  return started;
}
