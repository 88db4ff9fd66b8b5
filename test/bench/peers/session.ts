import { MongoStore } from "connect-mongo";
import session from "express-session";
import type { MongoClient } from "mongodb";
import passport from "passport";
import type { Config } from "../../../shared/config.ts";
import type { Database } from "../../../shared/database.ts";
import type { UserRecord } from "../../../shared/models/user.ts";

/** express-session and passport as a tuned app has them, on the client and the users of Kith: the same work for the database. */
export function tunedSession(config: Config, { client, findUser }: Pick<Database, "client" | "findUser">) {
  passport.serializeUser((user, done) => done(null, (user as UserRecord)._id.toHexString()));
  passport.deserializeUser((id: string, done) => {
    findUser(id).then((user) => done(null, user ?? false), done);
  });
  const withSession = session({
    secret: [...config.session.secrets],
    name: config.session.name,
    resave: false,
    saveUninitialized: false,
    store: MongoStore.create({
      client: client as unknown as MongoClient,
      touchAfter: config.session.touchAfter / 1000,
      autoRemove: "disabled",
    }),
  });
  return [withSession, passport.session()] as const;
}
