import { createFeed, type Feed, type FeedState } from "../../functions/pages/browser/kit/index.ts";
import type { Comment } from "../../shared/contracts/comments.ts";
import { type LightSocket, openLightSocket } from "./light-socket.ts";
import type { Visitor } from "./people.ts";

/** Somebody's browser tab without a screen: the client kit, signed in. */
export interface Device extends Disposable {
  readonly visitor: Visitor;
  readonly feed: Feed;
  readonly isLive: boolean;
  /** Reads older pages until the feed reaches back to a position. */
  reachBack(position: string): Promise<void>;
  /** Loses its connection, as where a network fails, and comes back by itself. */
  drop(): void;
}

/** `node` picks a realtime node for each connection; `onTold` hears of each `comment` that the socket is told. */
export function openDevice(options: {
  visitor: Visitor;
  functionsUrl: string;
  node: () => string;
  origin: string;
  /** Its own, or all of them would be counted as one client. */
  address: string;
  onTold?: (comment: Comment) => void;
  onEvent?: (name: string) => void;
  onState?: (state: FeedState["connection"]["state"]) => void;
}): Device {
  const { visitor, functionsUrl, origin, address } = options;
  const headers = { cookie: visitor.cookie, origin, "x-forwarded-for": address };
  let lightSocket: LightSocket | undefined;
  const feed = createFeed({
    api: functionsUrl,
    realtime: options.node(),
    connect() {
      const socket = openLightSocket(options.node, headers);
      lightSocket = socket;
      socket.on("comment", (comment) => options.onTold?.(comment));
      for (const name of ["resync", "drain"] as const) socket.on(name, () => options.onEvent?.(name));
      return socket;
    },
    fetch: (input, init) => fetch(input, { ...init, headers: { ...(init?.headers as object), ...headers } }),
    onChange: ({ connection }) => options.onState?.(connection.state),
  });
  feed.start();
  return {
    visitor,
    feed,
    get isLive() {
      return feed.state.connection.state === "live";
    },
    async reachBack(position) {
      while (feed.state.hasOlder && (feed.state.comments.at(-1)?.position ?? "") >= position) await feed.loadOlder();
    },
    drop: () => lightSocket?.drop(),
    [Symbol.dispose]: feed.stop,
  };
}
