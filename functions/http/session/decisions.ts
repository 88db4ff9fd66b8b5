import type { LiveSession } from "../exchange.ts";
import type { Settings } from "./options.ts";

/** All that express-session decides by at the end of a request. */
export interface Facts {
  /** The id that the cookie carried, whether or not a record was found. */
  sentId: string | undefined;
  /** The id and the content of the session as the handler found it. */
  originalId: string;
  originalContent: string;
  /** The content as it was last written; undefined where this request would write it for the first time. */
  savedContent: string | undefined;
  /** The content now. */
  content: string;
  /** The id of the exchange now. Only a string can be stored. */
  sessionID: unknown;
}

type Rules = Pick<Settings, "rolling" | "saveUninitialized" | "unset">;

/** A session as JSON without its top-level cookie: two of them differ where express-session's hashes would. */
export function contentOf(session: object): string {
  const { cookie: _, ...rest } = session as { cookie?: unknown };
  return JSON.stringify(rest);
}

function isModified(facts: Facts, session: LiveSession): boolean {
  return facts.originalId !== session.id || facts.originalContent !== facts.content;
}

function isSaved(facts: Facts, session: LiveSession): boolean {
  return facts.originalId === session.id && facts.savedContent === facts.content;
}

/** Whether the record of a session that the handler unset is to go. */
export function shouldDestroy(facts: Facts, session: LiveSession | null | undefined, rules: Rules): boolean {
  return Boolean(facts.sessionID) && rules.unset === "destroy" && (session === null || session === undefined);
}

export function shouldSave(facts: Facts, session: LiveSession, rules: Rules): boolean {
  if (typeof facts.sessionID !== "string") return false;
  return !rules.saveUninitialized && !facts.savedContent && facts.sentId !== facts.sessionID
    ? isModified(facts, session)
    : !isSaved(facts, session);
}

/** Whether only the end of the record is to move. */
export function shouldTouch(facts: Facts, session: LiveSession, rules: Rules): boolean {
  return typeof facts.sessionID === "string" && facts.sentId === facts.sessionID && !shouldSave(facts, session, rules);
}

export function shouldSetCookie(facts: Facts, session: LiveSession, rules: Rules): boolean {
  if (typeof facts.sessionID !== "string") return false;
  if (facts.sentId !== facts.sessionID) return rules.saveUninitialized || isModified(facts, session);
  return rules.rolling === true || (hasEnd(session) && isModified(facts, session));
}

/** Whether the browser was told an end, which it then has to be told anew when the record's end moves. */
export function hasEnd(session: LiveSession): boolean {
  return session.cookie.expires !== null && session.cookie.expires !== undefined;
}
