import { byId, setText } from "./elements.ts";
import { createFeed, type FeedState, fullName } from "./kit/index.ts";
import { createAccountView } from "./view-account.ts";
import { createComposer } from "./view-composer.ts";
import { createFeedView } from "./view-feed.ts";
import { createPeopleView } from "./view-people.ts";
import { createSearchView } from "./view-search.ts";
import { createStatusView } from "./view-status.ts";

/** How long what just happened is told of, in milliseconds; it stands in the lists anyway. */
const noticeTime = 20_000;
const arrivalTime = 4_000;

const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
const isDevelopment = meta("kith-development") === "true";
const showNotice = announcer(byId("notice"), noticeTime);
const showArrival = announcer(byId("arrival"), arrivalTime);
let ownerId: string | undefined;
let printed: string | undefined;

const feed = createFeed({
  api: location.origin,
  realtime: meta("kith-realtime") || location.origin,
  onChange: draw,
  onComment(comment) {
    if (comment.author.id !== ownerId) showArrival(`New comment by ${fullName(comment.author)}`);
  },
  onNotice({ from }) {
    showNotice(`${fullName(from)} would like to be your friend`);
  },
});
const status = createStatusView();
const comments = createFeedView(feed);
const account = createAccountView(feed);
const composer = createComposer(feed);
const people = createPeopleView(feed);
const search = createSearchView(feed);

function draw(state: FeedState): void {
  if (state.connection.state === "ended") {
    location.assign(`/?ended=${state.connection.reason}`);
    return;
  }
  if (state.ownerId !== ownerId) {
    if (ownerId !== undefined) forgetOwner();
    ownerId = state.ownerId;
  }
  const name = state.me && fullName(state.me);
  if (isDevelopment && name !== printed) {
    printed = name;
    // biome-ignore lint/suspicious/noConsole: development shows here, too, what came over the socket
    if (name !== undefined) console.info(name);
  }
  status.draw(state);
  comments.draw(state);
  account.draw(state);
  people.draw(state);
  search.draw(state);
}

function forgetOwner(): void {
  comments.reset();
  account.reset();
  composer.reset();
  people.reset();
  search.reset();
  showNotice("");
  showArrival("");
}

/** Says something in a live region, for a while: left there, the same words said again would not be heard. */
function announcer(region: HTMLElement, time: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (text: string) => {
    clearTimeout(timer);
    setText(region, text);
    timer = setTimeout(() => setText(region, ""), time);
  };
}

byId("find").addEventListener("click", (event) => {
  event.preventDefault();
  people.open();
  byId("search").focus();
});
// The end that the person asks for needs no sentence about it.
byId("sign-out").addEventListener("submit", feed.stop);
addEventListener("online", feed.retryNow);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) feed.retryNow();
});
// A page that the browser had put aside may be somebody else's by now.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
feed.start();
