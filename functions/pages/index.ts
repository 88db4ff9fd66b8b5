import { type Context, Hono } from "hono";
import type { z } from "zod";
import { signInBody, signUpBody } from "../../shared/contracts/accounts.ts";
import { type EndReason, endReason } from "../../shared/contracts/events.ts";
import { AppError, type ErrorCode } from "../../shared/errors.ts";
import { signInWith } from "../accounts/sign-in.ts";
import { endSession } from "../accounts/sign-out.ts";
import { signUpWith } from "../accounts/sign-up.ts";
import type { Deps } from "../deps.ts";
import { type Env, invalidInput } from "../http/api.ts";
import { readForm } from "../http/body.ts";
import { setRetryAfter } from "../http/errors.ts";
import { dashboardPage } from "./dashboard.ts";
import { type Attempt, signInPage, signUpPage } from "./forms.ts";
import { setPageHeaders } from "./headers.ts";
import type { Html } from "./layout.ts";
import { realtimeUrlFor, socketSource } from "./realtime-url.ts";

/** The errors that a form shows beside what was typed. */
const shownInForm = new Set<ErrorCode>([
  "invalid_input",
  "bad_credentials",
  "account_disabled",
  "password_breached",
  "username_taken",
  "too_many_requests",
]);

/** The pages, and the forms that work without JavaScript. */
export function pages(deps: Deps) {
  const { assets, config } = deps;
  const app = new Hono<Env>();

  app.get("/", async (c) => {
    if (await isSignedIn(deps, c)) return redirect(c, "/dashboard");
    const ended = c.req.query("ended");
    return page(c, signInPage(assets, ended === undefined ? {} : { ended: reasonOf(ended) }));
  });
  app.get("/signup", async (c) => {
    if (await isSignedIn(deps, c)) return redirect(c, "/dashboard");
    return page(c, signUpPage(assets));
  });
  app.get("/dashboard", async (c) => {
    if (!(await isSignedIn(deps, c))) return redirect(c, "/");
    const realtime = realtimeUrlFor(config, c.req.url);
    setPageHeaders(c, ...(realtime ? [realtime] : config.publicOrigins).map(socketSource));
    return c.html(dashboardPage(assets, realtime, config.environment === "development"));
  });

  // Opened, as when Enter is pressed in the address bar, where a form had led: nothing is sent, and nobody signed out.
  for (const path of ["/login", "/logout"]) app.get(path, (c) => redirect(c, "/"));
  app.post(
    "/login",
    form(
      (attempt) => signInPage(assets, attempt),
      async (c, values) => {
        await signInWith(deps, c, parse(signInBody, values));
      },
    ),
  );
  app.post(
    "/signup",
    form(
      (attempt) => signUpPage(assets, attempt),
      async (c, values) => {
        await signUpWith(deps, c, parse(signUpBody, values));
      },
    ),
  );
  app.post("/logout", async (c) => {
    await endSession(deps, c);
    return redirect(c, "/");
  });

  return app;
}

/** A form's handler: on to the dashboard, or the form again with what is wrong with it. */
function form(
  show: (attempt: Attempt) => Html,
  handle: (c: Context<Env>, values: Record<string, string>) => Promise<void>,
) {
  return async (c: Context<Env>) => {
    const values = await readForm(c);
    try {
      await handle(c, values);
    } catch (error) {
      if (!(error instanceof AppError) || !shownInForm.has(error.code)) throw error;
      setRetryAfter(c, error);
      return page(c, show({ values, error }), error.status);
    }
    return redirect(c, "/dashboard");
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, values: Record<string, string>): z.output<Schema> {
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw invalidInput(parsed.error);
  return parsed.data;
}

/** The reason of an end that an address names. */
function reasonOf(named: string): EndReason {
  return endReason.safeParse(named).data ?? "unknown";
}

async function isSignedIn(deps: Deps, c: Context<Env>): Promise<boolean> {
  return (await deps.authenticator.userOf(c.get("session"))) !== undefined;
}

function page(c: Context<Env>, body: Html, status: 200 | AppError["status"] = 200) {
  setPageHeaders(c);
  return c.html(body, status);
}

function redirect(c: Context<Env>, path: string) {
  setPageHeaders(c);
  return c.redirect(path, 303);
}
