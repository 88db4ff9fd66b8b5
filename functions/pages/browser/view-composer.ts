import { byId, reasonOf, setText } from "./elements.ts";
import type { Feed } from "./kit/index.ts";

/** The form in which one comments; its text stays until the comment is saved. */
export function createComposer(feed: Feed) {
  const form = byId<HTMLFormElement>("composer");
  const text = byId<HTMLTextAreaElement>("composer-text");
  const problem = byId("composer-problem");
  const button = byId<HTMLButtonElement>("composer-send");
  let isSending = false;
  /** Counts what makes an answer under way none of this text's business. */
  let generation = 0;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  text.addEventListener("input", () => setText(button, "Send"));

  async function send(): Promise<void> {
    if (isSending) return;
    const body = text.value;
    if (body.trim() === "") {
      setText(problem, "Write something first.");
      text.focus();
      return;
    }
    const mine = generation;
    show({ isSending: true, label: "Sending…", reason: "" });
    try {
      await feed.comment(body);
      if (mine !== generation) return;
      text.value = "";
      show({ isSending: false, label: "Send", reason: "" });
    } catch (error) {
      if (mine !== generation) return;
      show({ isSending: false, label: "Try again", reason: `Not sent. ${reasonOf(error)}` });
    }
    text.focus();
  }

  function show(state: { isSending: boolean; label: string; reason: string }): void {
    isSending = state.isSending;
    text.readOnly = state.isSending;
    form.classList.toggle("sending", state.isSending);
    setText(button, state.label);
    setText(problem, state.reason);
  }

  return {
    /** Drops what somebody else was writing. */
    reset(): void {
      generation += 1;
      text.value = "";
      show({ isSending: false, label: "Send", reason: "" });
    },
  };
}
