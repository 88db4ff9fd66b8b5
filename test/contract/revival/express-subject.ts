import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler } from "express";
import session, { type Store } from "express-session";
import { ObjectId } from "mongodb";
import { Passport } from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import { verifyPassword } from "../../../functions/accounts/passwords.ts";
import type { UserRecord } from "../../../shared/models/user.ts";
import { type Holder, handlers, settled } from "./handlers.ts";
import { type Kind, password, type Subject } from "./kinds.ts";
import { asActor, pause } from "./latch.ts";
import type { World } from "./world.ts";

/** An Express 5 app with express-session and passport as they are, on a store; `tell` hears what reached Express as an error. */
export async function expressSubject(
  { config, users }: World,
  store: Store,
  name: string,
  tell: (error: unknown, isLate: boolean) => void = () => {},
): Promise<Subject & { url: string }> {
  const authenticator = new Passport();
  authenticator.serializeUser((user, done) => done(null, (user as UserRecord)._id.toHexString()));
  authenticator.deserializeUser((id: string, done) => {
    users.findOne({ _id: new ObjectId(id) }).then((user) => done(null, user ?? false), done);
  });
  authenticator.use(
    new LocalStrategy((username, given, done) => {
      const check = async () => {
        const user = await users.findOne({ username });
        return user && (await verifyPassword(given, user.password)) ? user : false;
      };
      check().then((user) => done(null, user), done);
    }),
  );

  const app = express();
  app.use(express.json());
  app.use((req, _, next) => asActor(req.get("x-actor"), next));
  app.use(
    session({
      secret: [...config.session.secrets],
      name: config.session.name,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: "lax", maxAge: config.session.idle },
      store,
    }),
  );
  app.use(authenticator.session());
  app.post("/session", authenticator.authenticate("local"), (_, res) => void res.json({ done: true }));
  app.delete("/session", async (req, res) => {
    await settled((done) => req.logout(done));
    await pause();
    await settled((done) => req.session.destroy(done));
    res.clearCookie(config.session.name).status(204).end();
  });
  app.get("/me", (req, res) => void res.status(req.user ? 200 : 401).json({}));
  app.post("/test/:kind", async (req, res) => {
    const { user } = req;
    if (!user) return void res.status(401).json({});
    if (req.params.kind === "rotates-by-login") {
      await settled((done) => req.logIn(user, { keepSessionInfo: true } as never, done));
    } else {
      await handlers[req.params.kind as Kind]?.(req as unknown as Holder);
    }
    res.json({ done: true });
  });
  const report: ErrorRequestHandler = (error, _, res, next) => {
    tell(error, res.headersSent);
    next(error);
  };
  app.use(report);

  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  /** No connection is used twice: Express ends the one on which a save fails late. */
  function send(method: string, path: string, cookie: string, actor: string | undefined, body?: object) {
    return new Promise<number>((resolve, reject) => {
      const headers = {
        cookie,
        ...(actor === undefined ? {} : { "x-actor": actor }),
        ...(body ? { "content-type": "application/json" } : {}),
      };
      const sent = request({ port, host: "127.0.0.1", method, path, headers, agent: false }, (response) => {
        response.on("error", reject).on("end", () => resolve(response.statusCode ?? 0));
        response.resume();
      });
      sent.on("error", reject).end(body ? JSON.stringify(body) : undefined);
    });
  }
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    request(kind, cookie, username, actor) {
      if (kind === "signs-in") return send("POST", "/session", cookie, actor, { username, password });
      return kind === "reads" ? send("GET", "/me", cookie, actor) : send("POST", `/test/${kind}`, cookie, actor);
    },
    signOut: (cookie, actor) => send("DELETE", "/session", cookie, actor),
    isSignedIn: async (cookie) => (await send("GET", "/me", cookie, undefined)) === 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
