import session, { type Store } from "express-session";
import type { LiveSession } from "../../../functions/http/exchange.ts";
import type { Kind } from "./kinds.ts";
import { pause } from "./latch.ts";

/** What Express's request and our exchange have in common. */
export interface Holder {
  session: LiveSession;
  sessionID: string;
  sessionStore: Store;
}

type Noted = LiveSession & { note?: number };
type Done = (error?: unknown) => void;

/** What the handlers of both apps do with a session that is signed in, apart from passport's own part. */
export const handlers: Partial<Record<Kind, (holder: Holder) => Promise<void>>> = {
  async reads() {
    await pause();
  },

  async modifies(holder) {
    await pause();
    (holder.session as Noted).note = 1;
  },

  async saves(holder) {
    (holder.session as Noted).note = 1;
    await settled((done) => holder.session.save(done));
    await pause();
    (holder.session as Noted).note = 2;
  },

  async reloads(holder) {
    await settled((done) => holder.session.reload(done));
    await pause();
    (holder.session as Noted).note = 1;
  },

  async rotates(holder) {
    const { passport } = holder.session;
    await settled((done) => holder.session.regenerate(done));
    await pause();
    Object.assign(holder.session, { passport });
    await settled((done) => holder.session.save(done));
  },

  async copies(holder) {
    const { Session } = session as unknown as { Session: new (holder: Holder) => LiveSession };
    await pause();
    const copy = Object.assign(new Session(holder), holder.session, { note: 1 });
    await settled((done) => copy.save(done));
  },
};

export function settled(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}
