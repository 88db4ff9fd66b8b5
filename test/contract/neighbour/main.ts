import { MongoClient } from "mongodb";
import { createNeighbour } from "./app.ts";
import type { NeighbourUser } from "./users.ts";

/*
 * The Express app by itself. MONGODB_URI names the database, SESSION_SECRETS (the first signs) and PORT are as anywhere;
 * SIGN_IN lists who can sign in, as `username:password`, comma separated, each of them in the collection `users`.
 */
const { MONGODB_URI = "", SESSION_SECRETS = "", PORT = "4000", SIGN_IN = "" } = process.env;
const client = await MongoClient.connect(MONGODB_URI);
const users: NeighbourUser[] = [];
for (const pair of SIGN_IN.split(",").filter(Boolean)) {
  const [username = "", password = ""] = pair.split(":");
  const user = await client.db().collection("users").findOne({ username });
  if (!user) throw new Error(`There is no user ${username}.`);
  users.push({ id: user._id.toHexString(), username, password });
}
const app = createNeighbour({
  session: {
    secret: SESSION_SECRETS.split(","),
    cookie: { maxAge: 7 * 24 * 60 * 60 * 1000, sameSite: "lax" },
    resave: false,
    saveUninitialized: false,
  },
  storage: { client, touchAfter: 60 },
  users,
});
const server = app.listen(Number(PORT), "127.0.0.1");
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    server.close(() => void client.close());
    server.closeAllConnections();
  });
}
