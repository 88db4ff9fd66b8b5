import session, { type SessionData } from "express-session";

type Operation = "get" | "set" | "touch" | "destroy";
type Done = (error?: unknown, data?: SessionData | null) => void;
/** How an operation fails: by an error, by ENOENT ("not found"), by what is no Error, or before it calls back. */
export type Failure = "error" | "ENOENT" | "string" | "throw";

/** A store in memory whose next operation of a kind fails, once for each time that it is told to. */
export class FailingStore extends session.MemoryStore {
  readonly #failures = new Map<Operation, Failure>();

  failNext(operation: Operation, failure: Failure): void {
    this.#failures.set(operation, failure);
  }

  override get(sid: string, done: Done): void {
    if (!this.#fails("get", done)) super.get(sid, done as never);
  }

  override set(sid: string, data: SessionData, done?: Done): void {
    if (!this.#fails("set", done)) super.set(sid, data as never, done);
  }

  override touch(sid: string, data: SessionData, done?: Done): void {
    if (!this.#fails("touch", done)) super.touch(sid, data as never, done as () => void);
  }

  override destroy(sid: string, done?: Done): void {
    if (!this.#fails("destroy", done)) super.destroy(sid, done);
  }

  #fails(operation: Operation, done: Done | undefined): boolean {
    const failure = this.#failures.get(operation);
    if (!failure) return false;
    this.#failures.delete(operation);
    const error = Object.assign(new Error(`${operation} failed`), failure === "ENOENT" ? { code: "ENOENT" } : {});
    if (failure === "throw") throw error;
    setImmediate(() => done?.(failure === "string" ? `${operation} failed` : error));
    return true;
  }
}

export function fail(operation: Operation, failure: Failure) {
  return (store: object) => (store as FailingStore).failNext(operation, failure);
}

/** A store that cannot touch, as express-session allows. */
export class TouchlessStore extends session.MemoryStore {
  override touch = undefined as never;
}
