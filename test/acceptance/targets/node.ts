import { bundleOf } from "../../../infra/bundle-functions.ts";
import { freePort, Process } from "../../helpers/processes.ts";
import { until } from "../../helpers/until.ts";
import type { Target } from "../target.ts";

/** The bundle as a process that stays, behind a proxy that says where people come from. */
export async function startNode(environment: Record<string, string>): Promise<Target> {
  const port = await freePort();
  const started = new Process(bundleOf("node"), { ...environment, HOST: "localhost", PORT: String(port) });
  const url = `http://localhost:${port}`;
  await until(
    () => {
      if (started.child.exitCode !== null) throw new Error(`The process ended:\n${started.output}`);
      return fetch(`${url}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    },
    { timeout: 20_000, what: `${url} to be ready` },
  );
  return {
    name: "node",
    fetch(request, address) {
      const sent = request.headers.get("x-forwarded-for");
      return sendTo(url, request, { "x-forwarded-for": sent ? `${sent}, ${address}` : address });
    },
    async [Symbol.asyncDispose]() {
      await started.end();
    },
  };
}

/** Sends a request to where a target listens, with what stands before it adds. */
export async function sendTo(base: string, request: Request, headers: Record<string, string>): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const body = await request.arrayBuffer();
  return fetch(new URL(pathname + search, base), {
    method: request.method,
    redirect: "manual",
    headers: { ...Object.fromEntries(request.headers), ...headers },
    ...(body.byteLength > 0 ? { body } : {}),
  });
}
