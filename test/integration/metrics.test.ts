import { expect, test } from "vitest";
import { readSamples } from "../../infra/load/prometheus.ts";
import { Client } from "../helpers/client.ts";
import { freePort, Process, startProcesses } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

/** The samples of Prometheus' text, by name and labels. */
async function scrape(port: number): Promise<Map<string, number>> {
  const response = await fetch(`http://localhost:${port}/metrics`);
  expect(response.headers.get("content-type")).toContain("text/plain");
  return readSamples(await response.text());
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

// Four processes start here.
const timeout = 60_000;

test("each process tells on a port of its own what it does, and logs each answer under a request id", {
  timeout,
}, async () => {
  await using processes = await startProcesses();
  const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const [port, realtimePort, httpMetrics, realtimeMetrics] = ports;
  const own = { PORT: String(port), REALTIME_PORT: String(realtimePort), LOG_LEVEL: "debug" };
  const environment = { ...processes.environment, ...own };
  const functions = new Process("functions/node.ts", { ...environment, METRICS_PORT: String(httpMetrics) });
  const realtime = new Process("realtime/main.ts", { ...environment, METRICS_PORT: String(realtimeMetrics) });
  const [functionsUrl, realtimeUrl] = [`http://localhost:${port}`, `http://localhost:${realtimePort}`];
  await until(async () => (await isReady(functionsUrl)) && (await isReady(realtimeUrl)));

  const ada = new Client({ functionsUrl, realtimeUrl, origin: processes.functionsUrl });
  await ada.signUp("Ada");
  const socket = await ada.connect();
  await ada.comment("Hello");
  await socket.first("comment");
  await ada.fetch("/nothing/here");
  await ada.fetch(`/api/comments/${"0".repeat(24)}`, { method: "DELETE" });
  await expect(new Client({ functionsUrl, realtimeUrl, origin: "http://evil.test" }).connect()).rejects.toThrow();

  const http = await scrape(httpMetrics);
  const answered = (labels: string) => http.get(`kith_http_request_duration_seconds_count{${labels}}`);
  expect(answered('method="POST",route="/api/comments",status="201"')).toBe(1);
  expect(answered('method="GET",route="none",status="404"')).toBe(1);
  expect(answered('method="DELETE",route="/api/comments/:id",status="404"')).toBe(1);
  expect(http.has("nodejs_eventloop_lag_p99_seconds")).toBe(true);
  await until(() => functions.output.includes('"msg":"answered"'));
  expect(functions.output).toMatch(
    /"requestId":"[-0-9a-f]{36}","method":"POST","route":"\/api\/comments","status":201/,
  );

  const told = await scrape(realtimeMetrics);
  expect(told.get("kith_sockets")).toBe(1);
  expect(told.get("kith_users")).toBe(1);
  expect(told.get('kith_handshakes_total{outcome="admitted"}')).toBe(1);
  expect(told.get('kith_handshakes_total{outcome="origin_refused"}')).toBe(1);
  expect(told.get('kith_stream_events_total{kind="comment"}')).toBe(1);
  expect(told.get("kith_audience_size_count")).toBe(1);
  expect(told.get("kith_stream_age_seconds")).toBeLessThan(15);
  expect(told.has("nodejs_eventloop_lag_p99_seconds")).toBe(true);
  expect((await fetch(`http://localhost:${realtimeMetrics}/`)).status).toBe(404);

  ada.close();
  expect(await Promise.all([functions.end(), realtime.end()])).toEqual([0, 0]);
});
