import type { SessionData } from "express-session";
import { userIdOf } from "./record.ts";

/** What the store last knew of a session: its id, and whose it was. */
export interface Held {
  sid: string;
  user: string | undefined;
}

/**
 * The sessions that came out of the store or went in, as long as somebody holds them: writing one of them must never
 * create a record again. A copy of a session is known by the Cookie that it shares with it.
 */
export class HeldSessions {
  readonly #turns = new WeakMap<object, Promise<unknown>>();

  hold(sid: string, session: SessionData, user = userIdOf(session)): void {
    const held = { sid, user };
    mark(session, held);
    // passport's keepSessionInfo gives a new session the Cookie of the one before: its id tells them apart.
    if (isObject(session.cookie)) mark(session.cookie, held);
  }

  /** What is known of a session that is about to be written under an id; undefined for a new one. */
  of(sid: string, session: SessionData): Held | undefined {
    const own = markOf(session);
    if (own) return own;
    const shared = isObject(session.cookie) ? markOf(session.cookie) : undefined;
    return shared?.sid === sid ? shared : undefined;
  }

  /** Does the writes of one session one after the other: of two first ones only one may create its record. */
  inTurn<Value>(session: object, write: () => Promise<Value>): Promise<Value> {
    const turn = (this.#turns.get(session) ?? Promise.resolve()).then(write, write);
    this.#turns.set(session, turn);
    return turn;
  }
}

/** On the object itself, and passed on to no copy: a WeakMap would cost each request ten times this. */
const marked = Symbol("held");

function mark(object: object, held: Held): void {
  Object.defineProperty(object, marked, { value: held, configurable: true });
}

function markOf(object: object): Held | undefined {
  return Object.hasOwn(object, marked) ? (object as { [marked]?: Held })[marked] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
