import { MongoStore } from "connect-mongo";
import express, { type ErrorRequestHandler, type Express } from "express";
import session, { type SessionOptions, Store } from "express-session";
import passport from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import { shown } from "./changes.ts";
import { insideRoutes, outsideRoutes } from "./routes.ts";
import { findUsers, type NeighbourUser } from "./users.ts";

export interface NeighbourOptions {
  session: Omit<SessionOptions, "store">;
  /** connect-mongo's options, or a store. */
  storage: ConstructorParameters<typeof MongoStore>[0] | Store;
  users: readonly NeighbourUser[];
  /** express' own setting, which `request.secure` follows. */
  trustProxy?: boolean;
  /** Told of the store, and of errors that came when the answer was out. */
  onStore?: (store: Store) => void;
  onLateError?: (error: unknown) => void;
}

/** An Express app as any other: express-session, connect-mongo, passport and passport-local, and nothing of Kith. */
export function createNeighbour(options: NeighbourOptions): Express {
  const users = findUsers(options.users);
  const authenticator = new passport.Passport();
  authenticator.use(
    new LocalStrategy((username, password, done) => done(null, users.byCredentials(username, password) ?? false)),
  );
  authenticator.serializeUser<string>((user, done) => done(null, (user as NeighbourUser).id));
  authenticator.deserializeUser<string>((id, done) => done(null, users.byId(id) ?? false));

  const store = options.storage instanceof Store ? options.storage : MongoStore.create(options.storage);
  options.onStore?.(store);
  const app = express();
  app.disable("x-powered-by");
  if (options.trustProxy) app.set("trust proxy", true);
  app.use(express.json());
  app.use(session({ ...options.session, store }));
  app.use(outsideRoutes());
  app.use(authenticator.initialize());
  app.use(authenticator.session());
  app.use(insideRoutes(authenticator, options.session));
  const answerError: ErrorRequestHandler = (error, request, response, _next) => {
    if (response.headersSent) {
      options.onLateError?.(error);
      return;
    }
    const seen = request.session ? shown(request) : {};
    response.status(500).json({ error: error instanceof Error ? error.message : error, ...seen });
  };
  app.use(answerError);
  return app;
}
