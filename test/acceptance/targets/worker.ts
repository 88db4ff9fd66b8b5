import { convertV4MiniflareOptions, Miniflare, Response } from "miniflare";
import { bundleOf } from "../../../infra/bundle-functions.ts";
import type { Target } from "../target.ts";
import { sendTo } from "./node.ts";

/**
 * The bundle in workerd, which is what Cloudflare runs; its edge says who connected to it. `names` answers in JSON what it
 * fetches, which are the look-ups of names, and nothing else while the check for breached passwords is off.
 */
export async function startWorker(
  environment: Record<string, string>,
  names?: (request: { url: string }) => object,
): Promise<Target> {
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      scriptPath: bundleOf("worker"),
      compatibilityDate: "2026-11-01",
      compatibilityFlags: ["nodejs_compat"],
      durableObjects: { FUNCTIONS: "Functions" },
      bindings: environment,
      ...(names ? { outboundService: (request) => Response.json(names(request)) } : {}),
      unsafeEphemeralDurableObjects: true,
    }),
  );
  const url = await worker.ready;
  return {
    name: "worker",
    fetch: (request, address) => sendTo(url.origin, request, { "cf-connecting-ip": address }),
    [Symbol.asyncDispose]: () => worker.dispose(),
  };
}
