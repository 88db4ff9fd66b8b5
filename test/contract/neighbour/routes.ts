import { type Request, Router } from "express";
import type { CookieOptions, SessionOptions } from "express-session";
import type passport from "passport";
import { type AnySession, applyChange, shown } from "./changes.ts";

const sessionOf = (request: Request) => request.session as unknown as AnySession;

/** What needs no passport, so that it answers where there is no session too. */
export function outsideRoutes(): Router {
  const router = Router();
  router.get("/outside", (request, response) => {
    response.json(shown(request));
  });
  router.get("/nothing", (_request, response) => {
    response.json({ did: "nothing" });
  });
  return router;
}

export function insideRoutes(
  authenticator: passport.PassportStatic | passport.Authenticator,
  options: SessionOptions,
): Router {
  const router = Router();
  router.post("/sign-in", authenticator.authenticate("local"), (request, response) => {
    response.json(shown(request));
  });

  router.post("/sign-out", (request, response, next) => {
    request.logout((error) => {
      if (error) return next(error);
      request.session.destroy((failed) => {
        if (failed) return next(failed);
        const { path = "/", domain } = (typeof options.cookie === "object" ? options.cookie : {}) as CookieOptions;
        response.clearCookie(options.name ?? "connect.sid", { path, domain });
        response.status(204).end();
      });
    });
  });

  router.get("/me", (request, response) => {
    response.json(shown(request));
  });

  router.post("/change", (request, response) => {
    applyChange(sessionOf(request), request.body);
    response.json(shown(request));
  });

  router.post("/regenerate", (request, response, next) => {
    request.session.regenerate((error) => {
      if (error) return next(error);
      applyChange(sessionOf(request), request.body);
      response.json(shown(request));
    });
  });

  router.post("/reload", (request, response, next) => {
    applyChange(sessionOf(request), request.body.before);
    request.session.reload((error) => {
      if (error) return next(error);
      applyChange(sessionOf(request), request.body.after);
      response.json(shown(request));
    });
  });

  router.post("/save", (request, response, next) => {
    const [first, ...rest] = request.body.changes;
    applyChange(sessionOf(request), first);
    const saveBefore = (changes: object[]) => {
      const [change, ...later] = changes;
      if (!change) return response.json(shown(request));
      request.session.save((error) => {
        if (error) return next(error);
        applyChange(sessionOf(request), change);
        saveBefore(later);
      });
    };
    saveBefore(rest);
  });

  router.post("/destroy", (request, response, next) => {
    request.session.destroy((error) => {
      if (error) return next(error);
      response.json(shown(request));
    });
  });

  router.post("/unset", (request, response) => {
    request.session = null as never;
    response.json(shown(request));
  });

  router.post("/own-cookie", (request, response) => {
    response.append("Set-Cookie", "own=1; Path=/; HttpOnly");
    response.append("Set-Cookie", "another=two; Path=/; Expires=Wed, 21 Oct 2099 07:28:00 GMT");
    applyChange(sessionOf(request), request.body);
    response.json(shown(request));
  });

  router.post("/throw", (request) => {
    applyChange(sessionOf(request), request.body.change);
    throw request.body.thrown === "string" ? "no error at all" : new Error("thrown on purpose");
  });

  router.post("/redirect", (request, response) => {
    applyChange(sessionOf(request), request.body);
    response.redirect(303, "/me");
  });

  router.post("/write", (request, response) => {
    response.type("text/plain").write("begun, ");
    applyChange(sessionOf(request), request.body);
    response.end("done");
  });

  router.post("/end-elsewhere", (request, response) => {
    request.sessionStore.destroy(request.sessionID, () => {
      applyChange(sessionOf(request), request.body);
      response.json(shown(request));
    });
  });

  router.post("/empty", (request, response) => {
    applyChange(sessionOf(request), request.body);
    response.status(204).end();
  });
  return router;
}
