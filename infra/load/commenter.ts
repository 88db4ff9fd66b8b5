import { setTimeout } from "node:timers/promises";
import type { Comment } from "../../shared/contracts/comments.ts";
import type { Visitor } from "./people.ts";

const retryAfter = 250;

/** What is known of a comment when it was acknowledged. */
export interface Sent {
  comment: Comment;
  /** Of the request that was acknowledged, on performance.now's clock. */
  sentAt: number;
  acknowledgedAt: number;
  /** Requests that had to be made. */
  attempts: number;
}

/**
 * Comments over HTTP, under a key of its own, again and again until it is acknowledged: a write whose fate is unknown makes
 * one comment. Rejects when `stopping` comes first, or what is wrong cannot get better.
 */
export async function sendComment(
  visitor: Visitor,
  body: (sentAt: number) => string,
  options: { functionsUrl: () => string; origin: string; address: string; stopping: AbortSignal },
): Promise<Sent> {
  const headers = {
    "content-type": "application/json",
    "idempotency-key": crypto.randomUUID(),
    cookie: visitor.cookie,
    origin: options.origin,
    "x-forwarded-for": options.address,
  };
  const sentAt = performance.now();
  // The same words each time: a repeated key with others is refused.
  const text = JSON.stringify({ body: body(sentAt) });
  for (let attempts = 1; ; attempts += 1) {
    options.stopping.throwIfAborted();
    const response = await fetch(`${options.functionsUrl()}/api/comments`, {
      method: "POST",
      headers,
      body: text,
      signal: AbortSignal.any([options.stopping, AbortSignal.timeout(10_000)]),
    }).catch(() => undefined);
    if (response?.ok) {
      const comment = (await response.json().catch(() => undefined)) as Comment | undefined;
      if (comment) return { comment, sentAt, acknowledgedAt: performance.now(), attempts };
    } else if (response && response.status < 500 && response.status !== 429) {
      throw new Error(`A comment was refused with ${response.status}: ${await response.text()}`);
    }
    await setTimeout(retryAfter, undefined, { signal: options.stopping });
  }
}
