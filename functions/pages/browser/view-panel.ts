import { byId, setText } from "./elements.ts";

/** The people beside the feed; on a narrow screen they lie over it, behind a button. */
export function createPeoplePanel() {
  const panel = byId("people");
  const toggle = byId<HTMLButtonElement>("people-toggle");
  const heading = byId("people-heading");
  const narrow = matchMedia("(max-width: 54rem)");

  toggle.addEventListener("click", () => (isOpen() ? close() : open()));
  byId("people-close").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    // In a search, the key clears what was typed first.
    const isTyped = event.target instanceof HTMLInputElement && event.target.value !== "";
    if (event.key === "Escape" && isOpen() && !isTyped) close();
  });
  narrow.addEventListener("change", () => show(false));

  function isOpen(): boolean {
    return panel.classList.contains("open");
  }

  function show(isShown: boolean): void {
    panel.classList.toggle("open", isShown);
    toggle.setAttribute("aria-expanded", String(isShown));
    // The feed is under the panel then, where the focus must not go; its heading stays that of the page.
    for (const part of document.querySelectorAll<HTMLElement>("main > :not(h1)")) part.inert = isShown;
  }

  function open(): void {
    if (!narrow.matches) return;
    show(true);
    heading.focus();
  }

  function close(): void {
    show(false);
    toggle.focus();
  }

  return {
    open,
    /** Makes room for what is under it, where it lies over the feed. */
    leave: () => show(false),
    /** What the button says: how many there are. */
    setLabel: (text: string) => setText(toggle, text),
  };
}
