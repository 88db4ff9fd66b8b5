import { html } from "hono/html";
import type { EndReason } from "../../shared/contracts/events.ts";
import { limits } from "../../shared/contracts/limits.ts";
import type { AppError, FieldErrors } from "../../shared/errors.ts";
import type { Assets } from "./assets.ts";
import { cardPage, type Html } from "./layout.ts";

/** What a form is shown with: nothing at first, or what was typed and why it was refused. */
export interface Attempt {
  values?: Record<string, string>;
  error?: AppError;
}

interface Field {
  name: string;
  label: string;
  autocomplete: string;
  hint?: string;
}

const signInFields: Field[] = [
  { name: "username", label: "Username", autocomplete: "username" },
  { name: "password", label: "Password", autocomplete: "current-password" },
];
const signUpFields: Field[] = [
  { name: "firstName", label: "First name", autocomplete: "given-name" },
  { name: "lastName", label: "Last name", autocomplete: "family-name" },
  {
    name: "username",
    label: "Username",
    autocomplete: "username",
    hint: `${limits.username.min} to ${limits.username.max} characters: letters a to z, digits, and _ . -`,
  },
  {
    name: "password",
    label: "Password",
    autocomplete: "new-password",
    hint: `At least ${limits.password.min} characters. A sentence makes a good one`,
  },
];

const ended = "Your session has ended. Sign in to continue.";
const endSentences: Record<EndReason, string> = {
  signedOut: "You have signed out.",
  endedElsewhere: "You were signed out from another device. Sign in to continue.",
  passwordChanged: "Your password was changed, so you were signed out. Sign in with the new one.",
  accountDeleted: "This account was deleted.",
  accountDisabled: "This account is disabled.",
  expired: "Your session has expired. Sign in to continue.",
  replaced: ended,
  unknown: ended,
};

/** The home page of whoever is not signed in, and why they no longer are. */
export function signInPage(assets: Assets, attempt: Attempt & { ended?: EndReason } = {}): Html {
  // With the focus, it is read before anything else: a live region says only what changes after the page is there.
  const note =
    attempt.ended && html`<p class="note" tabindex="-1" autofocus role="status">${endSentences[attempt.ended]}</p>`;
  return formPage(assets, attempt, { title: "Sign in", action: "/login", fields: signInFields, note }, [
    "New here?",
    html`<a href="/signup">Sign up</a>`,
  ]);
}

/** The page that makes a new user. */
export function signUpPage(assets: Assets, attempt: Attempt = {}): Html {
  return formPage(assets, attempt, { title: "Sign up", action: "/signup", fields: signUpFields }, [
    "Already have an account?",
    html`<a href="/">Sign in</a>`,
  ]);
}

function formPage(
  assets: Assets,
  { values, error }: Attempt,
  form: { title: string; action: string; fields: Field[]; note?: unknown },
  [question, link]: [string, Html],
): Html {
  const errors = fieldErrors(error);
  return cardPage(
    { style: assets.style, script: assets.door },
    error ? `Error: ${form.title}` : form.title,
    html`<h1>${form.title}</h1>
${form.note}
${error && summary(error, errors, form.fields)}
<form method="post" action="${form.action}" novalidate>
${form.fields.map((field) => input(field, values?.[field.name], errors[field.name]))}
<button class="primary wide">${form.title}</button>
</form>
<p class="other">${question} ${link}</p>`,
  );
}

/** Wrong credentials are the two fields' together; they stand at the first. */
function fieldErrors(error: AppError | undefined): FieldErrors {
  if (error?.code === "bad_credentials") return { username: error.message };
  return error?.fields ?? {};
}

/** Takes the focus, so that it is heard and read before the fields. */
function summary(error: AppError, errors: FieldErrors, fields: Field[]): Html {
  const atFields = fields.filter(({ name }) => errors[name]);
  const others = Object.entries(errors).filter(([name]) => !fields.some((field) => field.name === name));
  return html`<div class="problem" role="alert" tabindex="-1" autofocus>
<h2>That did not work</h2>
<ul>
${atFields.map(({ name }) => html`<li><a href="#${name}">${errors[name]}</a></li>`)}
${others.map(([name, message]) => html`<li>${name}: ${message}</li>`)}
${atFields.length + others.length === 0 && html`<li>${error.message}</li>`}
</ul>
</div>`;
}

function input(
  { name, label, autocomplete, hint }: Field,
  value: string | undefined,
  problem: string | undefined,
): Html {
  const isPassword = name === "password";
  const described = [problem && `${name}-problem`, hint && `${name}-hint`].filter(Boolean).join(" ");
  const control = html`<input id="${name}" name="${name}" type="${isPassword ? "password" : "text"}" required
autocomplete="${autocomplete}"${(isPassword || name === "username") && html` autocapitalize="none" spellcheck="false"`}
${described && html`aria-describedby="${described}"`}${problem && html` aria-invalid="true"`}
${!isPassword && value !== undefined && html`value="${value}"`}>`;
  return html`<div class="field">
<label for="${name}">${label}</label>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${problem && html`<p class="field-problem" id="${name}-problem">${problem}</p>`}
${isPassword ? html`<div class="password">${control}</div>` : control}
</div>`;
}
