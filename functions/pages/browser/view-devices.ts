import type { OwnSession } from "../../../shared/contracts/accounts.ts";
import { act, actionButton, byId, element, fill, reasonOf, setText } from "./elements.ts";
import { type Feed, isSuperseded } from "./kit/index.ts";
import { relativeTime } from "./time.ts";

/** Where one is signed in, and the ends of that. */
export function createDevicesView(feed: Feed) {
  const list = byId("devices");
  const heading = byId("devices-heading");
  const loading = byId("devices-loading");
  const problem = byId("devices-problem");
  const said = byId("devices-said");
  const again = byId<HTMLButtonElement>("devices-again");
  const others = byId<HTMLButtonElement>("end-others");
  let run = 0;
  /** Counts what makes an end under way nobody's business any more; another reading does not. */
  let generation = 0;

  again.addEventListener("click", () => {
    // The button goes while it is tried.
    heading.focus();
    void load();
  });
  others.addEventListener("click", () => {
    void act(others, problem, () => end(feed.endOtherSessions, "All your other devices have been signed out."));
  });

  /** Does it, says it, and looks again. */
  async function end(work: () => Promise<void>, text: string): Promise<void> {
    const mine = generation;
    setText(said, "");
    await work();
    if (mine !== generation) return;
    setText(said, text);
    await load();
  }

  async function load(): Promise<void> {
    run += 1;
    const mine = run;
    setText(problem, "");
    again.hidden = true;
    if (list.childElementCount === 0) setText(loading, "Loading your devices…");
    try {
      const sessions = await feed.sessions();
      if (mine === run) draw(sessions);
    } catch (error) {
      if (mine !== run || isSuperseded(error)) return;
      setText(problem, reasonOf(error));
      again.hidden = false;
    }
    setText(loading, "");
  }

  function draw(sessions: readonly OwnSession[]): void {
    const keyOf = ({ id, lastSeen }: OwnSession) => `${id} ${lastSeen}`;
    fill(list, sessions, keyOf, row, heading);
    const hadFocus = document.activeElement === others;
    others.hidden = !sessions.some(({ current }) => !current);
    if (hadFocus && others.hidden) heading.focus();
  }

  function row(session: OwnSession): HTMLElement {
    const name = `${session.browser} on ${session.platform}`;
    const now = new Date();
    const used = relativeTime(new Date(session.lastSeen), now);
    const when = `Signed in ${relativeTime(new Date(session.since), now)}, last used ${used}`;
    const names = element(
      "span",
      { class: "names" },
      element("strong", {}, name),
      element(
        "span",
        { class: "hint" },
        session.current ? element("span", { class: "current" }, "This device") : "",
        when,
      ),
    );
    // To sign out here there is a button in the bar.
    if (session.current) return element("li", {}, names);
    const label = `Sign out ${name}, last used ${used}`;
    const button = actionButton({ text: "Sign out", label, problem }, () =>
      end(() => feed.endSession(session.id), `${name} has been signed out.`),
    );
    return element("li", {}, names, element("span", { class: "actions" }, button));
  }

  return {
    load,
    /** Forgets what was shown and said. */
    reset(): void {
      run += 1;
      generation += 1;
      list.replaceChildren();
      for (const text of [loading, problem, said]) setText(text, "");
      again.hidden = true;
      others.hidden = true;
    },
  };
}
