/** How long a form that was sent is not sent again, in milliseconds; an answer takes the page away before. */
const guardTime = 5_000;

for (const input of document.querySelectorAll<HTMLInputElement>("input[type=password]")) addReveal(input);
for (const form of document.forms) guard(form);

/** A button that shows what is typed, and hides it again before it is sent. */
function addReveal(input: HTMLInputElement): void {
  const button = document.createElement("button");
  const verb = document.createElement("span");
  const rest = document.createElement("span");
  const said = document.createElement("span");
  button.type = "button";
  button.className = "quiet reveal";
  rest.className = said.className = "unseen";
  rest.textContent = " password";
  said.setAttribute("aria-live", "polite");
  button.append(verb, rest);
  input.after(button, said);

  function show(isShown: boolean): void {
    input.type = isShown ? "text" : "password";
    verb.textContent = isShown ? "Hide" : "Show";
  }
  button.addEventListener("click", () => {
    show(input.type === "password");
    said.textContent = input.type === "password" ? "Your password is hidden" : "Your password is visible";
  });
  // Browsers keep what was sent in a field of text, and offer it to whoever types there next.
  input.form?.addEventListener("submit", () => show(false));
  show(false);
}

/** Sends a form once, however often its button is pressed while the answer is on its way. */
function guard(form: HTMLFormElement): void {
  const button = form.querySelector("button:not([type=button])");
  let timer: ReturnType<typeof setTimeout> | undefined;
  function release(): void {
    clearTimeout(timer);
    timer = undefined;
    button?.removeAttribute("aria-busy");
  }
  form.addEventListener("submit", (event) => {
    if (timer !== undefined) return event.preventDefault();
    button?.setAttribute("aria-busy", "true");
    timer = setTimeout(release, guardTime);
  });
  // Back from the next page, the form is there to be sent again.
  addEventListener("pageshow", release);
}
