import { createAuthenticator } from "../../../functions/accounts/passport.ts";
import { ownUsers } from "../../../functions/accounts/users.ts";
import { createApp } from "../../../functions/app.ts";
import { requireUser } from "../../../functions/http/require-user.ts";
import { createLog } from "../../../shared/log.ts";
import { testOrigin } from "../../helpers/config.ts";
import { type Holder, handlers } from "./handlers.ts";
import { type Kind, password, type Subject } from "./kinds.ts";
import type { World } from "./world.ts";

/** Kith's own app, with one route more: what a handler of a feature could do with its session. */
export async function honoSubject({ config, database }: World): Promise<Subject> {
  const log = createLog({ name: "test", level: "silent" });
  const app = createApp({ config, database, log, assets: new Map() as never });
  const authenticator = createAuthenticator({
    users: ownUsers({ config, database, log }),
    database,
  });
  app.post("/test/:kind", requireUser(authenticator), async (c) => {
    const exchange = c.get("exchange");
    if (c.req.param("kind") === "rotates-by-login")
      await authenticator.signIn(exchange, c.get("user"), { isRotation: true });
    else await handlers[c.req.param("kind") as Kind]?.(exchange as unknown as Holder);
    return c.json({ done: true });
  });

  async function send(method: string, path: string, cookie: string, body?: object): Promise<number> {
    const response = await app.request(path, {
      method,
      headers: { origin: testOrigin, cookie, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    await response.arrayBuffer();
    return response.status;
  }
  return {
    name: "ours on Hono",
    request(kind, cookie, username) {
      if (kind === "signs-in") return send("POST", "/api/session", cookie, { username, password });
      return kind === "reads" ? send("GET", "/api/me", cookie) : send("POST", `/test/${kind}`, cookie);
    },
    signOut: (cookie) => send("DELETE", "/api/session", cookie),
    isSignedIn: async (cookie) => (await send("GET", "/api/me", cookie)) === 200,
    async [Symbol.asyncDispose]() {},
  };
}
