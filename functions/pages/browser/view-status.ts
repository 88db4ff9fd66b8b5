import { byId, element, setText } from "./elements.ts";
import { type Connection, type EndWarning, type FeedState, fullName } from "./kit/index.ts";
import { clockTime } from "./time.ts";

const words = {
  connecting: "Connecting",
  "catching up": "Catching up",
  reloading: "Loading again",
  live: "Live",
  offline: "Offline, trying again",
  ended: "Session ended",
} as const;

/** The person's name and the connection, in the bar, and the end of the session when it is near, which is said as well. */
export function createStatusView(say: (text: string) => void) {
  const name = byId("full-name");
  const status = byId("connection");
  const ending = byId("ending");
  const said = element("span");
  // The seconds are for the eye: a screen reader would hear each of them.
  const countdown = element("span", { "aria-hidden": "true" });
  let connection: Connection = { state: "connecting" };

  status.replaceChildren(said, countdown);
  setInterval(drawCountdown, 500);

  function drawCountdown(): void {
    const nextTry = connection.state === "offline" ? connection.nextTry : undefined;
    const seconds = nextTry === undefined ? 0 : Math.ceil((nextTry - Date.now()) / 1_000);
    setText(countdown, seconds > 0 ? ` in ${seconds} s` : "");
  }

  return {
    draw(state: FeedState): void {
      connection = state.connection;
      setText(name, state.me ? fullName(state.me) : "");
      setText(said, words[connection.state]);
      status.dataset.state = connection.state;
      drawCountdown();
      const warning = state.ending ? endingText(state.ending) : "";
      if (warning !== ending.textContent) say(warning);
      setText(ending, warning);
    },
  };
}

function endingText({ at, reason }: EndWarning): string {
  const sentence = `Your session ends ${clockTime(new Date(at), new Date())}.`;
  return `${sentence} ${reason === "idle" ? "Anything you do here extends it." : "You will have to sign in again."}`;
}
