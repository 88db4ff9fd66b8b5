import { byId, reasonOf, setText } from "./elements.ts";
import { ApiError, isSuperseded } from "./kit/index.ts";

/**
 * A form of the account dialog. `work` gives back what to say of it when it is done. What is wrong is said at its field,
 * which takes the focus; what was typed stays, but for passwords.
 */
export function createAccountForm(form: HTMLFormElement, work: (values: Record<string, string>) => Promise<string>) {
  const inputs = [...form.querySelectorAll<HTMLInputElement>(".field input")];
  const button = form.querySelector("button") as HTMLButtonElement;
  const problem = form.querySelector('[role="alert"]') as HTMLElement;
  const said = form.querySelector('[role="status"]') as HTMLElement;
  /** Counts what makes an answer under way none of this form's business. */
  let generation = 0;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy") !== "true") void submit();
  });

  async function submit(): Promise<void> {
    const mine = generation;
    const values = Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
    clear();
    button.setAttribute("aria-busy", "true");
    try {
      const text = await work(values);
      if (mine !== generation) return;
      settle();
      setText(said, text);
    } catch (error) {
      if (mine !== generation || isSuperseded(error)) return;
      settle();
      show(error);
    }
  }

  function settle(): void {
    button.removeAttribute("aria-busy");
    for (const input of inputs) if (input.type === "password") input.value = "";
  }

  function show(error: unknown): void {
    const fields = error instanceof ApiError ? (error.fields ?? {}) : {};
    const wrong = inputs.filter(({ name }) => fields[name] !== undefined);
    for (const input of wrong) {
      input.setAttribute("aria-invalid", "true");
      setText(byId(`${input.id}-problem`), fields[input.name] ?? "");
    }
    if (wrong.length === 0) setText(problem, reasonOf(error));
    wrong[0]?.focus();
  }

  function clear(): void {
    setText(problem, "");
    setText(said, "");
    for (const input of inputs) {
      input.removeAttribute("aria-invalid");
      setText(byId(`${input.id}-problem`), "");
    }
  }

  return {
    /** Forgets what was typed and said. */
    reset(): void {
      generation += 1;
      form.reset();
      settle();
      clear();
    },
  };
}
