import type { IncomingMessage } from "node:http";
import passport from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import type { SignIn } from "../../shared/contracts/accounts.ts";
import type { EndReason } from "../../shared/contracts/events.ts";
import type { Database } from "../../shared/database.ts";
import type { UserRecord } from "../../shared/models/user.ts";
import { explainEnd } from "../../shared/session/ending.ts";
import { passwordChangesOf, speaksFor } from "../../shared/session/record.ts";
import { SessionGone } from "../../shared/session/store.ts";
import type { KnownUser, UserDirectory } from "../../shared/users.ts";
import { type Exchange, type LiveSession, settled } from "../http/exchange.ts";
import { deviceFrom } from "./device.ts";
import { accountDisabled, requireUnchanged } from "./unchanged.ts";

/** passport, run on an Exchange: who is signed in, and the three ways in which that changes. */
export interface Authenticator {
  /** The user of a session; undefined where nobody is signed in or the user is gone. */
  userOf(session: LiveSession | null | undefined): Promise<KnownUser | undefined>;
  /** The user whose credentials these are; undefined alike for an unknown user and a wrong password. */
  check(exchange: Exchange, credentials: SignIn): Promise<KnownUser | undefined>;
  /**
   * Gives the session a new id, its user and the words for where that is, and saves it. A rotation is for a user who is
   * signed in, and whose caller has explained the end of the session before: SessionGone where that has ended meanwhile.
   * Otherwise the user has just proved who they are, whatever became of the session before.
   * @throws AppError `account_disabled`; `bad_credentials` where the password was changed, or the user went, meanwhile
   */
  signIn(exchange: Exchange, user: KnownUser, options?: { isRotation?: boolean }): Promise<void>;
  /** Takes the user from the session and ends it; done too when it has ended already. */
  signOut(exchange: Exchange): Promise<void>;
}

export function createAuthenticator(deps: { users: UserDirectory; database: Pick<Database, "models"> }): Authenticator {
  const { users, database } = deps;
  const authenticator = new passport.Passport();
  authenticator.use(
    new LocalStrategy((username, password, done) => {
      verify(users, username, password).then((user) => done(null, user ?? false), done);
    }),
  );
  // passport saves the new session right after this, so that what is added to it here needs no write of its own.
  authenticator.serializeUser<string, IncomingMessage>((exchange, user, done) => {
    const { session, context } = exchange as unknown as Exchange;
    const id = (user as KnownUser)._id.toHexString();
    if (session) {
      session.device = deviceFrom(context.req.header("user-agent"));
      session.madeWith = { user: id, passwordChanges: (user as KnownUser).passwordChanges ?? 0 };
    }
    done(null, id);
  });
  authenticator.deserializeUser<string>((id, done) => {
    users.findById(id).then((user) => done(null, user ?? false), done);
  });
  const initialize = authenticator.initialize({ compat: false } as never);
  const prepare = (exchange: Exchange) => settled((done) => initialize(exchange as never, {} as never, done as never));
  /** Says why the session that the request came with is about to end, where it was somebody's. */
  const explain = async ({ record }: Exchange, reason: EndReason) => {
    if (record?.user) await explainEnd(database.models.outbox, [record.key], reason);
  };

  return {
    async userOf(session) {
      const id = session?.passport?.user;
      if (typeof id !== "string" || !/^[0-9a-f]{24}$/.test(id)) return undefined;
      const user = await new Promise<KnownUser | undefined>((resolve, reject) => {
        authenticator.deserializeUser(id, (error: unknown, found?: unknown) =>
          error ? reject(error) : resolve((found as KnownUser | false | undefined) || undefined),
        );
      });
      return user && speaksFor(passwordChangesOf(session as object), user) ? user : undefined;
    },

    check(exchange, credentials) {
      exchange.body = credentials;
      return new Promise((resolve, reject) => {
        const authenticate = authenticator.authenticate("local", (error: unknown, user?: KnownUser | false) =>
          error ? reject(error) : resolve(user || undefined),
        );
        authenticate(exchange as never, {} as never, reject);
      });
    },

    async signIn(exchange, user, { isRotation = false } = {}) {
      if (user.disabledAt) throw accountDisabled();
      if (!isRotation) await explain(exchange, "replaced");
      await prepare(exchange);
      try {
        const logIn = () => settled((done) => exchange.logIn(user as UserRecord, done));
        await logIn().catch((error) => {
          if (isRotation || !(error instanceof SessionGone)) throw error;
          return logIn();
        });
        await requireUnchanged(users, user);
      } catch (error) {
        // Said to have failed, it must neither be left in the store nor be completed at the end of the request.
        const made = exchange.session;
        exchange.session = undefined;
        if (made) await settled((done) => made.destroy(done)).catch(() => {});
        throw error;
      }
    },

    async signOut(exchange) {
      // The session that passport makes in the place of the one that ended is nobody's: it is not kept, and where the
      // store fails half-way the browser keeps the cookie by which it can try again.
      try {
        if (exchange.record) {
          await explain(exchange, "signedOut");
          await prepare(exchange);
          await settled((done) => exchange.logOut(done)).catch((error) => {
            if (!(error instanceof SessionGone)) throw error;
          });
          await settled((done) => exchange.session?.destroy(done) ?? done());
        }
      } finally {
        exchange.session = undefined;
      }
    },
  };
}

async function verify(users: UserDirectory, username: string, password: string): Promise<KnownUser | undefined> {
  const user = await users.findByName(username);
  return (await users.verify(user, password)) ? user : undefined;
}
