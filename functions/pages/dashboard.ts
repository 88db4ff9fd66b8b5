import { html } from "hono/html";
import { limits } from "../../shared/contracts/limits.ts";
import { accountDialog } from "./account-dialog.ts";
import type { Assets } from "./assets.ts";
import { keysDialog } from "./keys-dialog.ts";
import { type Html, layout } from "./layout.ts";

/** The dashboard as it is before its script fills it; it holds nobody's data. */
export function dashboardPage(assets: Assets, realtime: string | undefined, isDevelopment: boolean): Html {
  return layout({
    title: "Kith",
    style: assets.style,
    script: assets.script,
    meta: { "kith-realtime": realtime ?? "", ...(isDevelopment ? { "kith-development": "true" } : {}) },
    body: html`<a class="skip" href="#comments">Skip to the comments</a>
<header class="bar">
<div class="bar-inner">
<p class="brand">Kith</p>
<p class="who"><span id="full-name" data-testid="full-name"></span></p>
<button type="button" class="quiet" id="account-open">Account</button>
<form method="post" action="/logout" id="sign-out"><button class="quiet">Sign out</button></form>
<p class="connection" id="connection" role="status" data-state="connecting">Connecting</p>
<button type="button" class="quiet narrow-only" id="people-toggle" aria-expanded="false" aria-controls="people">People</button>
</div>
</header>
<div class="unseen" id="said" role="status"></div>
<noscript><p class="note">The dashboard needs JavaScript: comments arrive while you look.</p></noscript>
<div class="columns">
<main>
<h1 class="unseen">Your feed</h1>
<form class="card composer" id="composer">
<div class="row composer-head"><label for="composer-text">Say something to friends</label>
<button type="button" class="quiet small" id="keys-open" aria-haspopup="dialog">Shortcuts</button></div>
<textarea id="composer-text" rows="3" autocomplete="off" aria-describedby="composer-hint composer-count composer-problem"></textarea>
<p class="field-problem" id="composer-problem" role="alert"></p>
<div class="row"><p class="hint" id="composer-hint">Up to ${limits.comment.max.toLocaleString("en")} characters. Ctrl+Enter sends.</p>
<p class="count" id="composer-count"></p>
<button class="primary" id="composer-send" disabled>Send</button></div>
</form>
<p class="notice" id="ending"></p>
<p class="notice" id="notice"></p>
<section class="feed" aria-labelledby="feed-heading">
<h2 class="unseen" id="feed-heading" tabindex="-1">Comments</h2>
<div class="floating">
<p id="feed-stale" hidden></p>
<button type="button" class="primary" id="unread" hidden><span id="unread-count"></span><span class="unseen"> comments, go to the top</span></button>
</div>
<div class="comments" id="comments"></div>
<div id="feed-skeleton" hidden>
<p class="empty" id="feed-words"></p>
<div class="card skeleton"></div><div class="card skeleton"></div><div class="card skeleton"></div>
</div>
<p class="empty" id="feed-empty" hidden>Nothing here yet. <a href="#search" id="find">Find someone you know</a></p>
<p class="field-problem" id="older-problem" role="alert"></p>
<button type="button" class="quiet wide" id="older" hidden>Older comments</button>
<p class="hint" id="feed-end" tabindex="-1" hidden>That is the beginning.</p>
</section>
</main>
<aside id="people" aria-labelledby="people-heading">
<div class="row"><h2 id="people-heading" tabindex="-1">People</h2>
<button type="button" class="quiet narrow-only" id="people-close">Back to the feed</button></div>
<section class="card">
<form id="search-form" role="search">
<label for="search">Find people</label>
<p class="hint" id="search-hint">By the start of a name or username</p>
<input id="search" type="search" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="search-hint">
</form>
<p class="hint" id="search-status" role="status"></p>
<ul class="people" id="found"></ul>
</section>
<section class="card" id="incoming-section" hidden>
<h3>Would like to be your friends</h3>
<ul class="people" id="incoming"></ul>
</section>
<div class="card" id="people-loading" hidden><p class="unseen">Loading your friends</p>
<span></span><span></span><span></span></div>
<section class="card" id="friends-section" hidden>
<h3>Friends</h3>
<ul class="people" id="friends"></ul>
<p class="hint" id="friends-empty" hidden>Nobody yet. Find someone you know, and ask.</p>
<p class="field-problem" id="people-problem" role="alert"></p>
<button type="button" class="quiet wide" id="more-friends" hidden>More friends</button>
</section>
<section class="card" id="outgoing-section" hidden>
<h3>You asked</h3>
<ul class="people" id="outgoing"></ul>
</section>
<section class="card" id="blocked-section" hidden>
<h3>Blocked</h3>
<ul class="people" id="blocked"></ul>
</section>
</aside>
</div>
<dialog id="confirm" aria-labelledby="confirm-question">
<form method="dialog">
<p id="confirm-question"></p>
<div class="row"><button value="" class="quiet" id="confirm-no" autofocus>Keep</button><button value="yes" class="danger" id="confirm-yes">Remove</button></div>
</form>
</dialog>
${keysDialog}
${accountDialog()}`,
  });
}
