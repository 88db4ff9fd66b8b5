import { byId } from "./elements.ts";

const place = "kith-keys";

/** Keys that do something anywhere but in a field; they can be turned off, as for those who speak to their machine. */
export function listenForKeys(actions: Record<string, () => void>): void {
  const dialog = byId<HTMLDialogElement>("keys");
  const isOn = byId<HTMLInputElement>("keys-on");
  const all: Record<string, () => void> = { ...actions, "?": () => dialog.showModal() };

  try {
    isOn.checked = localStorage.getItem(place) !== "off";
    isOn.addEventListener("change", () => localStorage.setItem(place, isOn.checked ? "on" : "off"));
  } catch {
    // Where the browser keeps nothing, it holds for this page.
  }
  byId("keys-open").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as HTMLElement;
    if (!isOn.checked || target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]") || !Object.hasOwn(all, event.key)) return;
    event.preventDefault();
    all[event.key]?.();
  });
}
