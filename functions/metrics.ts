import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { Log } from "../shared/log.ts";
import { requestIdOf } from "./http/errors.ts";
import type { Answered } from "./http/observe.ts";

/** What a functions process that stays counts, and a log line for each answer at debug level. */
export function createHttpMetrics(log: Log, logLevel: string) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "kith_http_request_duration_seconds",
    help: "Time to answer a request, by route pattern and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    registry,
    observe({ c, route, seconds }: Answered): void {
      const { method } = c.req;
      const { status } = c.res;
      requests.observe({ method, route, status }, seconds);
      if (logLevel !== "debug") return;
      log.debug({ requestId: requestIdOf(c), method, route, status, ms: Math.round(seconds * 1_000) }, "answered");
    },
  };
}
