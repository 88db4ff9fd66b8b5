import { createServer } from "node:http";
import { MongoStore } from "connect-mongo";
import express from "express";
import session from "express-session";
import { MongoClient, ObjectId } from "mongodb";
import passport from "passport";
import { readConfig } from "../../../shared/config.ts";
import { toPerson, type UserRecord } from "../../../shared/models/user.ts";
import { userIdOf } from "../../../shared/session/record.ts";
import { answerParent, listen, ready } from "../child.ts";

// Express with what its users can do by options and the order of middleware: no write on reads, no etag, a lean user.
const config = readConfig(process.env);
const client = await new MongoClient(config.mongodbUri).connect();
const users = client.db().collection<UserRecord>("users");

passport.serializeUser((user, done) => done(null, (user as UserRecord)._id.toHexString()));
passport.deserializeUser((id: string, done) => {
  users.findOne({ _id: new ObjectId(id) }).then((user) => done(null, user), done);
});

const app = express();
app.disable("etag");
app.disable("x-powered-by");
app.use(
  session({
    secret: [...config.session.secrets],
    name: config.session.name,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: "lax", secure: config.cookie.secure, maxAge: config.session.idle },
    store: MongoStore.create({ client, touchAfter: config.session.touchAfter / 1000, autoRemove: "disabled" }),
  }),
);
app.get("/bench/session", (request, response) => {
  const user = userIdOf(request.session);
  if (user) response.json({ user });
  else response.status(401).json({ code: "unauthenticated" });
});
app.use(passport.session());
app.get("/api/me", (request, response) => {
  if (request.user) response.json(toPerson(request.user as UserRecord));
  else response.status(401).json({ code: "unauthenticated" });
});

answerParent({});
ready(await listen(createServer(app)));
