import { setTimeout } from "node:timers/promises";
import { until } from "../../helpers/until.ts";
import { now } from "../clock.ts";
import { type Setting, startChild } from "../processes.ts";
import { quantile } from "../statistics.ts";
import { figure, textTable, verdict } from "../table.ts";
import { people, type World } from "../world.ts";
import { connectEverywhere } from "./sockets.ts";

const nodes = 2;
const logOuts = 200;
/** Log-outs a second. */
const rate = 20;
/** How long sockets are waited for in the end, and looked at for being closed without cause: milliseconds. */
const patience = 35_000;
const aftermath = 1_000;

/** From the answer to the last socket's close, in milliseconds. */
const targets = { p99: 500, max: 2_000 };

export function estimateLogout(): number {
  return 15 + logOuts / rate;
}

/** The row of log-outs: from the 204 to the last of the session's sockets, over two nodes, closed. */
export async function logoutRows(
  world: World,
  setting: Setting,
  options: { progress: (text: string) => void },
): Promise<string> {
  options.progress(`log-out to close: ${people * nodes} sockets at ${nodes} nodes`);
  await world.refreshSessions();
  await using stack = new AsyncDisposableStack();
  const functions = stack.use(await startChild("http/kith.ts", setting));
  const urls: string[] = [];
  for (let i = 0; i < nodes; i++) urls.push(stack.use(await startChild("push/kith.ts", setting)).url);
  const origin = setting.environment.PUBLIC_ORIGIN as string;
  using sockets = await connectEverywhere(urls, origin, world.visitors);

  const leaving = world.visitors.slice(0, logOuts);
  const sentAt = new Map<string, number>();
  const answeredAt = new Map<string, number>();
  const start = now();
  for (const [i, { sid, cookie }] of leaving.entries()) {
    await setTimeout(Math.max(0, start + (1000 / rate) * i - now()));
    sentAt.set(sid, now());
    const response = await fetch(`${functions.url}/api/session`, { method: "DELETE", headers: { cookie, origin } });
    if (response.status !== 204) throw new Error(`A log-out was answered with ${response.status}.`);
    answeredAt.set(sid, now());
  }
  await until(() => leaving.every(({ sid }) => sockets.closedAt(sid) !== undefined), {
    timeout: patience,
    what: "the sockets of all ended sessions to be closed",
  });
  await setTimeout(aftermath);
  const others = sockets.closed() - logOuts * nodes;
  const since = (times: ReadonlyMap<string, number>) =>
    leaving.map(({ sid }) => (sockets.closedAt(sid) as number) - (times.get(sid) as number));
  return describe(since(sentAt), since(answeredAt), others);
}

function describe(fromSending: readonly number[], fromAnswer: readonly number[], others: number): string {
  // A socket can be closed before the answer is here.
  const delays = fromAnswer.map((delay) => Math.max(0, delay));
  const [p50, p99, max] = [quantile(delays, 0.5), quantile(delays, 0.99), Math.max(...delays)];
  const holds = p99 <= targets.p99 && max <= targets.max && others === 0;
  const header = ["log-outs", "p50 ms", "p99 ms", "max ms", "p50, p99 from sending", "others closed", "target"];
  const row = [
    figure(delays.length),
    figure(p50, 1),
    figure(p99, 1),
    figure(max, 1),
    `${figure(quantile(fromSending, 0.5), 1)}, ${figure(quantile(fromSending, 0.99), 1)}`,
    figure(others),
    verdict(`p99 <= ${targets.p99} ms, max <= ${figure(targets.max)} ms, no others`, holds),
  ];
  const title = `Log-out to close: 204 to the session's last socket closed, ${figure(people * nodes)} sockets at ${nodes} nodes, ${rate} log-outs/s, one run`;
  return `${title}\n${textTable(">>>>>><", [header, row])}`;
}
