import type { FeedSocket } from "../../functions/pages/browser/kit/index.ts";

/** A socket for the kit that is connected to nothing; `emit` is what its server would say. */
export function fakeSocket() {
  const listeners: Record<string, ((payload: never) => void)[]> = {};
  const socket = {
    on(name: string, listener: (payload: never) => void) {
      listeners[name] = [...(listeners[name] ?? []), listener];
    },
    connect() {},
    disconnect() {},
  } as unknown as FeedSocket;
  const emit = (name: string, payload: unknown) => {
    for (const listener of listeners[name] ?? []) listener(payload as never);
  };
  return { socket, emit };
}
