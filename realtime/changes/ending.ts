import { MongoError } from "mongodb";
import { toAppError } from "../../shared/errors.ts";

/** What the stream's follower was doing when it failed. */
export type Phase = "open" | "read" | "deliver";

/** Every way in which following the change stream ends. */
export type Ending =
  /** The server was lost, or says that the stream can be resumed. */
  | "resumable"
  /** The database was dropped: what follows is told after the token of that event. */
  | "invalidate"
  /** The oplog does not reach back to the place any more. */
  | "historyLost"
  /** An event is larger than an answer can be: no stream gets past it. */
  | "oversize"
  /** The server says that the place leads nowhere. */
  | "fatal"
  /** The database was out of reach when the stream was to be opened. */
  | "unavailable"
  /** Something else that opening or reading answered. */
  | "failed"
  /** What was read could not be handed over. */
  | "undelivered";

export interface Verdict {
  ending: Ending;
  /** Whether to go on from the place: a doubtful one is tried again, but not for ever. */
  place: "kept" | "doubtful" | "lost";
}

/** BSONObjectTooLarge, and what the server says when the resume token alone is larger than 16 MB. */
const oversizeCodes = new Set([10334, 16493]);
const historyLostCode = 286;
/** ChangeStreamFatalError, InvalidResumeToken. */
const fatalCodes = new Set([280, 260]);
const cursorNotFoundCode = 43;

/** The end of a stream whose cursor the server closed without an error. */
export const invalidated: Verdict = { ending: "invalidate", place: "kept" };

/** What an error means for the stream, by what was done when it came. */
export function verdictOf(error: unknown, phase: Phase): Verdict {
  const isAway = toAppError(error).code === "unavailable";
  if (phase === "deliver") return { ending: "undelivered", place: isAway ? "kept" : "doubtful" };
  const code = codeOf(error);
  if (code === historyLostCode) return { ending: "historyLost", place: "lost" };
  if (oversizeCodes.has(code)) return { ending: "oversize", place: "lost" };
  if (fatalCodes.has(code)) return { ending: "fatal", place: "lost" };
  if (isAway || code === cursorNotFoundCode || isCalledResumable(error))
    return { ending: phase === "open" ? "unavailable" : "resumable", place: "kept" };
  return { ending: "failed", place: "doubtful" };
}

function codeOf(error: unknown): number {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "number" ? code : 0;
}

function isCalledResumable(error: unknown): boolean {
  return error instanceof MongoError && error.hasErrorLabel("ResumableChangeStreamError");
}
