import passport from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import type { SignIn } from "../../shared/contracts/accounts.ts";
import type { Database } from "../../shared/database.ts";
import { normalUsername, type UserRecord } from "../../shared/models/user.ts";
import { SessionGone } from "../../shared/session/store.ts";
import { type Exchange, type LiveSession, settled } from "../http/exchange.ts";
import { verifyNothing, verifyPassword } from "./passwords.ts";

/** passport, run on an Exchange: who is signed in, and the three ways in which that changes. */
export interface Authenticator {
  /** The user of a session; undefined where nobody is signed in or the user is gone. */
  userOf(session: LiveSession | null | undefined): Promise<UserRecord | undefined>;
  /** The user whose credentials these are; undefined alike for an unknown user and a wrong password. */
  check(exchange: Exchange, credentials: SignIn): Promise<UserRecord | undefined>;
  /** Gives the session a new id and its user, and saves it. */
  signIn(exchange: Exchange, user: UserRecord): Promise<void>;
  /** Takes the user from the session and ends it; done too when it has ended already. */
  signOut(exchange: Exchange): Promise<void>;
}

export function createAuthenticator(database: Pick<Database, "models" | "findUser">): Authenticator {
  const authenticator = new passport.Passport();
  authenticator.use(
    new LocalStrategy((username, password, done) => {
      verify(database, username, password).then((user) => done(null, user ?? false), done);
    }),
  );
  authenticator.serializeUser<string>((user, done) => done(null, (user as UserRecord)._id.toHexString()));
  authenticator.deserializeUser<string>((id, done) => {
    database.findUser(id).then((user) => done(null, user ?? false), done);
  });
  const initialize = authenticator.initialize({ compat: false } as never);
  const prepare = (exchange: Exchange) => settled((done) => initialize(exchange as never, {} as never, done as never));

  return {
    userOf(session) {
      const id = session?.passport?.user;
      if (typeof id !== "string" || !/^[0-9a-f]{24}$/.test(id)) return Promise.resolve(undefined);
      return new Promise((resolve, reject) => {
        authenticator.deserializeUser(id, (error: unknown, user?: unknown) =>
          error ? reject(error) : resolve((user as UserRecord | false | undefined) || undefined),
        );
      });
    },

    check(exchange, credentials) {
      exchange.body = credentials;
      return new Promise((resolve, reject) => {
        const authenticate = authenticator.authenticate("local", (error: unknown, user?: UserRecord | false) =>
          error ? reject(error) : resolve(user || undefined),
        );
        authenticate(exchange as never, {} as never, reject);
      });
    },

    async signIn(exchange, user) {
      await prepare(exchange);
      try {
        await settled((done) => exchange.logIn(user, done));
      } catch (error) {
        // Said to have failed, it must not be completed by the save at the end of the request.
        exchange.session = undefined;
        throw error;
      }
    },

    async signOut(exchange) {
      // The session that passport makes in the place of the one that ended is nobody's: it is not kept, and where the
      // store fails half-way the browser keeps the cookie by which it can try again.
      try {
        if (exchange.record) {
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

async function verify(
  { models }: Pick<Database, "models">,
  username: string,
  password: string,
): Promise<UserRecord | undefined> {
  const user = await models.users.findOne({ username: normalUsername(username) }).lean<UserRecord>();
  const matches = user ? await verifyPassword(password, user.password) : await verifyNothing(password);
  return user && matches ? user : undefined;
}
