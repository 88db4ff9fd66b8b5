import type { EndReason } from "../../../shared/contracts/events.ts";
import { createAnnouncer } from "./announcer.ts";
import { byId, reasonOf, setText } from "./elements.ts";
import { createKept } from "./kept.ts";
import { listenForKeys } from "./keys.ts";
import { ApiError, createFeed, type FeedState, fullName } from "./kit/index.ts";
import { createUnsent } from "./unsent.ts";
import { createAccountView } from "./view-account.ts";
import { createComposer } from "./view-composer.ts";
import { createFeedView } from "./view-feed.ts";
import { createPeopleView } from "./view-people.ts";
import { createSearchView } from "./view-search.ts";
import { createStatusView } from "./view-status.ts";

/** How long a notice is shown, in milliseconds; what it tells of stands in the lists anyway. */
const noticeTime = 20_000;

const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
const isDevelopment = meta("kith-development") === "true";
const announcer = createAnnouncer(byId("said"));
const { say } = announcer;
/** Ends after which nobody is to come back, here, to what they were writing. */
const farewells = new Set<EndReason>(["signedOut", "endedElsewhere", "accountDeleted", "accountDisabled"]);
/** What the API says of a comment that it will never take. */
const refusals = new Set<string>(["invalid_input", "invalid_body", "body_too_large", "idempotency_mismatch"]);
let ownerId: string | undefined;
let printed: string | undefined;
let noticeTimer: ReturnType<typeof setTimeout> | undefined;

const feed = createFeed({
  api: location.origin,
  realtime: meta("kith-realtime") || location.origin,
  onChange: draw,
  onComment: (comment) => comments.heard(comment),
  onNotice({ from }) {
    const text = `${fullName(from)} would like to be your friend`;
    showNotice(text);
    say(text);
  },
});
const status = createStatusView(say);
const kept = createKept(() => sessionStorage);
const unsent = createUnsent({
  send: feed.comment,
  newest: () => (feed.state.isLoaded ? (feed.state.comments[0]?.position ?? "") : undefined),
  explain: (error) => ({ reason: reasonOf(error), isFinal: error instanceof ApiError && refusals.has(error.code) }),
  changed(list) {
    kept.keep({ unsent: list });
    comments.soon();
  },
  failed: (reason) => say(`Not sent. ${reason}`),
});
const composer = createComposer({
  send(body) {
    unsent.add(body);
    // There it is seen.
    scrollTo({ top: 0, behavior: "instant" });
  },
  changed: (draft) => kept.keep({ draft }),
  say,
});
const comments = createFeedView({
  feed,
  unsent,
  actions: {
    retry: unsent.retry,
    discard: unsent.discard,
    edit(key) {
      composer.putBack(unsent.list.find((each) => each.key === key)?.body ?? "");
      unsent.discard(key);
      composer.focus();
    },
  },
  say,
});
const account = createAccountView(feed, leave);
const people = createPeopleView(feed);
const search = createSearchView(feed);

function draw(state: FeedState): void {
  if (state.connection.state === "ended") {
    if (farewells.has(state.connection.reason)) kept.clear();
    location.assign(`/?ended=${state.connection.reason}`);
    return;
  }
  if (state.ownerId !== ownerId) {
    if (ownerId !== undefined) forgetOwner();
    ownerId = state.ownerId;
    if (ownerId !== undefined) recall(ownerId);
  }
  const name = state.me && fullName(state.me);
  if (isDevelopment && name !== printed) {
    printed = name;
    // biome-ignore lint/suspicious/noConsole: development shows here, too, what came over the socket
    if (name !== undefined) console.info(name);
  }
  status.draw(state);
  comments.soon();
  account.draw(state);
  people.draw(state);
  search.draw(state);
}

/** Goes on with what this person has not sent yet. */
function recall(userId: string): void {
  const words = kept.belongTo(userId);
  composer.putBack(words.draft);
  unsent.restore(words.unsent);
}

function forgetOwner(): void {
  unsent.reset();
  comments.reset();
  account.reset();
  composer.reset();
  people.reset();
  search.reset();
  showNotice("");
  announcer.reset();
}

function showNotice(text: string): void {
  clearTimeout(noticeTimer);
  setText(byId("notice"), text);
  noticeTimer = setTimeout(() => setText(byId("notice"), ""), noticeTime);
}

/** The end that a person asks for needs no sentence about it, and leaves nothing of theirs. */
function leave(): void {
  feed.stop();
  kept.clear();
}

function findPeople(): void {
  people.open();
  byId("search").focus();
}

function write(): void {
  people.leave();
  composer.focus();
}

byId("find").addEventListener("click", (event) => {
  event.preventDefault();
  findPeople();
});
listenForKeys({ n: write, "/": findPeople });
byId("sign-out").addEventListener("submit", leave);
addEventListener("online", feed.retryNow);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) feed.retryNow();
});
// Requests that a reload cuts off seem to fail: the next page is to go on with them.
for (const leaving of ["beforeunload", "pagehide"]) addEventListener(leaving, kept.pause);
// A page that the browser had put aside may be somebody else's by now.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
feed.start();
