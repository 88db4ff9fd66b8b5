import { createServer } from "node:http";
import { MongoStore } from "connect-mongo";
import express from "express";
import session from "express-session";
import mongoose from "mongoose";
import passport from "passport";
import { readConfig } from "../../../shared/config.ts";
import { toPerson, type UserRecord, userModel } from "../../../shared/models/user.ts";
import { userIdOf } from "../../../shared/session/record.ts";
import { answerParent, listen, ready } from "../child.ts";

// Express as the READMEs of its packages set it up: every option that they show, and no other.
const config = readConfig(process.env);
const connection = await mongoose.createConnection(config.mongodbUri).asPromise();
const User = userModel(connection);

passport.serializeUser((user, done) => done(null, (user as UserRecord)._id.toHexString()));
passport.deserializeUser((id: string, done) => {
  User.findById(id).then((user) => done(null, user), done);
});

const app = express();
app.use(
  session({
    secret: [...config.session.secrets],
    resave: true,
    saveUninitialized: true,
    store: MongoStore.create({ mongoUrl: config.mongodbUri }),
  }),
);
app.use(passport.initialize());
app.use(passport.session());
app.get("/bench/session", (request, response) => {
  const user = userIdOf(request.session);
  if (user) response.json({ user });
  else response.status(401).json({ code: "unauthenticated" });
});
app.get("/api/me", (request, response) => {
  if (request.user) response.json(toPerson(request.user as UserRecord));
  else response.status(401).json({ code: "unauthenticated" });
});

answerParent({});
ready(await listen(createServer(app)));
