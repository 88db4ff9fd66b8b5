import type { CookieKit } from "./jar.ts";

/** Session ids as numbers in the order of their appearance: the one thing in which two worlds must differ. */
export class Masks {
  readonly #transform: (id: string) => string;
  readonly #known = new Map<string, string>();
  #count = 0;

  constructor(transform: (id: string) => string = (id) => id) {
    this.#transform = transform;
  }

  learn(id: unknown): void {
    if (typeof id !== "string" || id === "" || this.#known.has(id)) return;
    this.#count += 1;
    this.#known.set(id, `<id ${this.#count}>`);
    if (this.#transform(id) !== id) this.#known.set(this.#transform(id), `<key of id ${this.#count}>`);
  }

  mask(text: string): string {
    let masked = text;
    for (const [id, placeholder] of this.#known) masked = masked.replaceAll(id, placeholder);
    return masked;
  }

  /** A Set-Cookie header, raw but for the id and the signature; the signature is checked, not only masked. */
  cookie(line: string, kit: CookieKit): string {
    const [, name, value = "", rest] = /^([^=]*)=([^;]*)(.*)$/s.exec(line) ?? [];
    const read = name === kit.name ? kit.read(value) : undefined;
    if (!read) return line;
    this.learn(read.id);
    return `${name}=<${this.mask(read.id)} signed by secret ${read.secret}>${rest}`;
  }
}
