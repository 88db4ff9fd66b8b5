import type { Person } from "../../../shared/contracts/people.ts";
import { createAccountForm } from "./account-form.ts";
import { confirmed } from "./confirm.ts";
import { byId } from "./elements.ts";
import { ApiError, type Feed, type FeedState } from "./kit/index.ts";
import { createDevicesView } from "./view-devices.ts";

/** The dialog of one's own account: name, password, devices, and its end, after which `leave` is called. */
export function createAccountView(feed: Feed, leave: () => void) {
  const dialog = byId<HTMLDialogElement>("account");
  const devices = createDevicesView(feed);
  let me: Person | undefined;

  const forms = [
    createAccountForm(byId("name-form"), async ({ firstName = "", lastName = "" }) => {
      await feed.rename({ firstName, lastName });
      return "Your name has been saved.";
    }),
    createAccountForm(byId("password-form"), async ({ current = "", next = "" }) => {
      await feed.changePassword(current, next);
      void devices.load();
      return "Your password has been changed. Your other devices have been signed out.";
    }),
    createAccountForm(byId("delete-form"), async ({ password = "" }) => {
      if (password === "") {
        const message = "Enter your password to delete your account.";
        throw new ApiError("invalid_input", message, { fields: { password: message } });
      }
      const text =
        "Delete your account? Your name, comments and friendships will be deleted, from your friends’ screens too. This cannot be undone.";
      if (!(await confirmed({ text, yes: "Delete account", no: "Keep account" }))) return "";
      await feed.deleteAccount(password);
      leave();
      location.assign("/?ended=accountDeleted");
      return "";
    }),
  ];

  byId("account-open").addEventListener("click", () => {
    byId<HTMLInputElement>("account-firstName").value = me?.firstName ?? "";
    byId<HTMLInputElement>("account-lastName").value = me?.lastName ?? "";
    // For password managers, which save the new password under it.
    byId("password-form")
      .querySelector<HTMLInputElement>("[name=username]")
      ?.setAttribute("value", me?.username ?? "");
    dialog.showModal();
    void devices.load();
  });
  byId("account-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", forget);

  function forget(): void {
    for (const form of forms) form.reset();
    devices.reset();
  }

  return {
    draw(state: FeedState): void {
      me = state.me ?? me;
    },
    /** Drops what somebody else typed or was told. */
    reset(): void {
      me = undefined;
      byId("password-form").querySelector("[name=username]")?.removeAttribute("value");
      dialog.close();
      forget();
    },
  };
}
