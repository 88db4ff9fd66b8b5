import type { RequestListener } from "node:http";
import type { Registry } from "prom-client";

/** Answers GET /metrics with Prometheus' text, on a port of its own that the public does not reach. */
export function metricsListener(registry: Registry): RequestListener {
  return (request, response) => {
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  };
}
