import type { EndReason } from "../../../../shared/contracts/events.ts";

/**
 * How long to go on asking after the answer that nobody is signed in, as pauses in milliseconds. The end of a session can
 * reach a page before its browser holds the cookie of the next one, so only an end with a reason of its own is believed
 * at once.
 */
const pauses: Record<EndReason, readonly number[]> = {
  replaced: [250, 500, 1_000, 2_000, 4_000],
  unknown: [250, 500, 1_000, 2_000],
  signedOut: [],
  endedElsewhere: [],
  passwordChanged: [],
  accountDeleted: [],
  accountDisabled: [],
  expired: [],
};

/** The reason that a node gave, as far as this page knows it: the node may be newer. */
export function knownReason(reason: string): EndReason {
  return Object.hasOwn(pauses, reason) ? (reason as EndReason) : "unknown";
}

/** How long to wait before asking once more, after so many refusals; undefined where the last one is to be believed. */
export function pauseAfter(refusals: number, reason: EndReason): number | undefined {
  return pauses[reason][refusals - 1];
}
