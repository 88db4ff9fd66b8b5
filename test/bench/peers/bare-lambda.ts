import { unsign } from "cookie-signature";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { getCookie } from "hono/cookie";
import { MongoClient, ObjectId } from "mongodb";

// What a function that knows who is signed in needs at least: a driver, a router, and the same two reads.
const secret = process.env.SESSION_SECRETS as string;
const client = new MongoClient(process.env.MONGODB_URI as string, { maxPoolSize: 3 });
const sessions = client.db().collection<{ _id: string; session: string }>("sessions");
const users = client.db().collection("users");

const app = new Hono();
app.get("/api/me", async (c) => {
  const sid = unsign((getCookie(c, "connect.sid") ?? "").slice(2), secret);
  const stored = sid ? await sessions.findOne({ _id: sid, expires: { $gt: new Date() } }) : null;
  const user =
    stored && (await users.findOne({ _id: new ObjectId(JSON.parse(stored.session).passport.user as string) }));
  if (!user) return c.json({ code: "unauthenticated" }, 401);
  const { _id, displayName: username, firstName, lastName } = user;
  return c.json({ id: _id.toHexString(), username, firstName, lastName });
});

export const handler = handle(app);
