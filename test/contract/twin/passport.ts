import type { MiddlewareHandler } from "hono";
import { Passport } from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import type { Env } from "../../../functions/http/api.ts";
import { findUsers, type NeighbourUser } from "../neighbour/users.ts";

type Done = (error?: unknown) => void;

/** Awaits one callback of express-session or passport. */
export function settled(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // Hono leaves what is no Error to the platform.
    start((error) => (error ? reject(error instanceof Error ? error : new Error(String(error))) : resolve()));
  });
}

/** passport's middlewares, run on the exchange: what `initialize()` and `session()` are to Express. */
export function createTwinPassport(known: readonly NeighbourUser[]) {
  const users = findUsers(known);
  const authenticator = new Passport();
  authenticator.use(
    new LocalStrategy((username, password, done) => done(null, users.byCredentials(username, password) ?? false)),
  );
  authenticator.serializeUser<string>((user, done) => done(null, (user as NeighbourUser).id));
  authenticator.deserializeUser<string>((id, done) => done(null, users.byId(id) ?? false));
  const initialize = authenticator.initialize({ compat: false } as never);
  const readSession = authenticator.session();

  const middleware: MiddlewareHandler<Env> = async (c, next) => {
    const exchange = c.get("exchange") as never;
    await settled((done) => initialize(exchange, {} as never, done as never));
    await settled((done) => readSession(exchange, {} as never, done as never));
    await next();
  };

  /** Whether the credentials of the body are somebody's, who is signed in then; the status where they are nobody's. */
  const signIn = (exchange: Env["Variables"]["exchange"], credentials: object): Promise<number> => {
    exchange.body = credentials;
    return new Promise((resolve, reject) => {
      const answer = (error: unknown, user?: unknown, _info?: unknown, status?: number) => {
        if (error) reject(error);
        else if (!user) resolve(status ?? 401);
        else settled((done) => exchange.logIn(user as never, done)).then(() => resolve(200), reject);
      };
      const authenticate = authenticator.authenticate("local", answer as never);
      authenticate(exchange as never, {} as never, reject);
    });
  };
  return { middleware, signIn };
}
