import { byId, setText } from "./elements.ts";

/** Asks once more, in the page's one dialog; false where it is closed without an answer. */
export function confirmed(question: { text: string; yes: string; no: string }): Promise<boolean> {
  const dialog = byId<HTMLDialogElement>("confirm");
  setText(byId("confirm-question"), question.text);
  setText(byId("confirm-yes"), question.yes);
  setText(byId("confirm-no"), question.no);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Leaves the question unanswered, and unreadable. */
export function closeConfirmation(): void {
  byId<HTMLDialogElement>("confirm").close();
  setText(byId("confirm-question"), "");
}
