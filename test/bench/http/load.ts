import autocannon from "autocannon";
import type { Visitor } from "../world.ts";

export interface Load {
  requestsPerSecond: number;
  /** Milliseconds of each request. */
  latencies: number[];
  requests: number;
}

/**
 * Sends GETs for a while, each connection the next as soon as it has its answer, each with another visitor's cookie.
 * @throws Error when any answer is not 2xx
 */
export async function load(
  url: string,
  options: { visitors: readonly Pick<Visitor, "cookie">[]; connections: number; seconds: number },
): Promise<Load> {
  const { visitors, connections, seconds } = options;
  const latencies: number[] = [];
  let connection = 0;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections,
        duration: seconds,
        setupClient(client) {
          const offset = connection++ % connections;
          // Hands of cards: no two connections share a visitor, or a side that coalesces would read less than it is asked.
          const hand = visitors.filter((_, i) => i % connections === offset);
          client.setRequests(hand.map(({ cookie }) => ({ method: "GET", headers: { cookie } })));
        },
      },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
    instance.on("response", (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  });
  const failures = result.non2xx + result.errors + result.timeouts;
  if (failures > 0 || result["2xx"] === 0) {
    throw new Error(`${url}: ${result.non2xx} answers not 2xx, ${result.errors} errors, ${result["2xx"]} good ones`);
  }
  return { requestsPerSecond: result["2xx"] / result.duration, latencies, requests: result["2xx"] };
}
