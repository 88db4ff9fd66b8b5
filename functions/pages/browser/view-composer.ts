import { bodyProblem, charactersLeft, countText } from "./counting.ts";
import { byId, setText } from "./elements.ts";

export interface ComposerOptions {
  send: (body: string) => void;
  /** The text is another one now, to be kept. */
  changed: (draft: string) => void;
  say: (text: string) => void;
}

/** The form in which one comments; what is sent leaves it at once. */
export function createComposer({ send, changed, say }: ComposerOptions) {
  const form = byId<HTMLFormElement>("composer");
  const text = byId<HTMLTextAreaElement>("composer-text");
  const problem = byId("composer-problem");
  const count = byId("composer-count");
  let told = "";

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = bodyProblem(text.value);
    if (reason === "") {
      const body = text.value;
      write("");
      send(body);
    } else {
      text.setAttribute("aria-invalid", "true");
      setText(problem, reason);
    }
    text.focus({ preventScroll: true });
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  text.addEventListener("input", update);
  // Before, the browser would have sent the form to where it is lost.
  byId<HTMLButtonElement>("composer-send").disabled = false;

  function update(): void {
    const left = charactersLeft(text.value);
    setText(count, countText(left));
    count.classList.toggle("over", left < 0);
    // Heard when it begins to matter, and not with each letter.
    const news = left < 0 ? "The comment is too long" : countText(left) && "Few characters are left";
    if (news !== told && news !== "") say(news);
    told = news;
    if (text.hasAttribute("aria-invalid")) {
      const reason = left < 0 ? bodyProblem(text.value) : "";
      setText(problem, reason);
      if (reason === "") text.removeAttribute("aria-invalid");
    }
    changed(text.value);
  }

  function write(value: string): void {
    text.value = value;
    update();
  }

  return {
    focus: () => text.focus(),
    /** Gives a text back, before what is being written. */
    putBack(given: string): void {
      if (given === "") update();
      else write([given, text.value].filter(Boolean).join("\n\n"));
    },
    /** Drops what somebody else was writing. */
    reset: () => write(""),
  };
}
