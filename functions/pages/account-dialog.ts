import { html } from "hono/html";
import { limits } from "../../shared/contracts/limits.ts";
import type { Html } from "./layout.ts";

/** The dialog of one's own account, as it is before the dashboard's script fills it. */
export function accountDialog(): Html {
  return html`<dialog id="account" aria-labelledby="account-heading">
<div class="row account-head">
<h2 id="account-heading" tabindex="-1" autofocus>Account</h2>
<button type="button" class="quiet" id="account-close">Close</button>
</div>
<section aria-labelledby="name-heading">
<h3 id="name-heading">Name</h3>
<form id="name-form" novalidate>
${field({ name: "firstName", label: "First name", autocomplete: "given-name" })}
${field({ name: "lastName", label: "Last name", autocomplete: "family-name" })}
${formEnd("Save name")}
</form>
</section>
<section aria-labelledby="password-heading">
<h3 id="password-heading">Password</h3>
<form id="password-form" novalidate>
<input name="username" autocomplete="username" hidden>
${field({ name: "current", label: "Current password", autocomplete: "current-password" })}
${field({
  name: "next",
  label: "New password",
  autocomplete: "new-password",
  hint: `At least ${limits.password.min} characters. Your other devices will be signed out.`,
})}
${formEnd("Change password")}
</form>
</section>
<section aria-labelledby="devices-heading">
<h3 id="devices-heading" tabindex="-1">Devices</h3>
<p class="hint" id="devices-loading"></p>
<ul class="people" id="devices"></ul>
<p class="field-problem" id="devices-problem" role="alert"></p>
<p class="hint" id="devices-said" role="status"></p>
<div class="account-end">
<button type="button" class="quiet" id="devices-again" hidden>Try again</button>
<button type="button" class="quiet" id="end-others" hidden>Sign out all other devices</button>
</div>
</section>
<section aria-labelledby="delete-heading">
<h3 id="delete-heading">Delete account</h3>
<form id="delete-form" novalidate>
<p class="hint">Your comments and friendships will be deleted, from your friends’ screens too.</p>
${field({ name: "password", label: "Your password", autocomplete: "current-password" })}
${formEnd("Delete account", "danger")}
</form>
</section>
</dialog>`;
}

/** A labelled field, with a place for what is wrong with it. */
function field({
  name,
  label,
  autocomplete,
  hint,
}: {
  name: string;
  label: string;
  autocomplete: string;
  hint?: string;
}): Html {
  const id = `account-${name}`;
  const described = [`${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return html`<div class="field">
<label for="${id}">${label}</label>
${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
<p class="field-problem" id="${id}-problem"></p>
<input id="${id}" name="${name}" type="${autocomplete.endsWith("-password") ? "password" : "text"}"
autocomplete="${autocomplete}" aria-describedby="${described}">
</div>`;
}

/** What is wrong with the form as a whole, what was done, and the button. */
function formEnd(button: string, kind = "primary"): Html {
  return html`<p class="field-problem" role="alert"></p>
<p class="hint" role="status"></p>
<div class="account-end"><button class="${kind}">${button}</button></div>`;
}
