export type MongodFault = "not-found" | "port-taken" | "folder-in-use" | "wrong-set" | "wrong-version" | "failed";

/** What kept a mongod from being found or started; the message says in plain words what to do about it. */
export class MongodError extends Error {
  override readonly name = "MongodError";
  readonly fault: MongodFault;

  constructor(fault: MongodFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** The one-line text of anything thrown, for lists of reasons. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, " ").trim() || "failed without a word";
}
