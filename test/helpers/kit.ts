import { createFeed, type Feed, type FeedState, openSocket } from "../../functions/pages/browser/kit/index.ts";
import type { Client } from "./client.ts";
import { testOrigin } from "./config.ts";
import { until } from "./until.ts";

/** The kit as a program without a screen uses it, signed in as `client` is. */
export interface Kit extends Disposable {
  feed: Feed;
  /** Each state of the connection, in order, without repetitions. */
  states: FeedState["connection"]["state"][];
  /** What was asked of the API, by method and path with its query. */
  asked: string[];
  bodies(): string[];
  live(): Promise<unknown>;
  /** Waits for all of these bodies, newest first, on a live feed. */
  shows(...bodies: string[]): Promise<unknown>;
}

export function startKit(client: Client, urls: { functionsUrl: string; realtimeUrl: string }): Kit {
  const states: Kit["states"] = [];
  const asked: string[] = [];
  const feed = createFeed({
    api: urls.functionsUrl,
    realtime: urls.realtimeUrl,
    connect: (url) => openSocket(url, { extraHeaders: { cookie: client.cookieHeader, origin: testOrigin } }),
    fetch(input, init) {
      const { pathname, search } = new URL(String(input));
      asked.push(`${init?.method} ${pathname}${search}`);
      return client.fetch(String(input), init);
    },
    random: () => 0,
    onChange: ({ connection }) => {
      if (states.at(-1) !== connection.state) states.push(connection.state);
    },
  });
  const bodies = () => feed.state.comments.map(({ body }) => body);
  // With its people: they are loaded beside the comments, and a change of theirs says once more that the feed is live.
  const isLive = () => feed.state.connection.state === "live" && feed.state.people.isLoaded;
  feed.start();
  return {
    feed,
    states,
    asked,
    bodies,
    live: () => until(isLive, { what: "the feed to be live" }),
    shows: (...expected) =>
      until(() => isLive() && JSON.stringify(bodies()) === JSON.stringify(expected), {
        what: `the comments ${expected.join(", ")}`,
      }),
    [Symbol.dispose]: feed.stop,
  };
}
