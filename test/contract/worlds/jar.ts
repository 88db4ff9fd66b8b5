import signature from "cookie-signature";

/** The cookies of one browser, which keeps them past their end: what is over must be known to the server. */
export class Jar {
  readonly cookies = new Map<string, string>();

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  take(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      const [, expires] = /; Expires=([^;]*)/.exec(line) ?? [];
      if (expires && Date.parse(expires) <= 1) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** The session cookie of a cell: how it is signed, and what it says. */
export class CookieKit {
  readonly name: string;
  readonly secrets: readonly (string | Buffer)[];

  constructor(name: string, secrets: readonly (string | Buffer)[]) {
    this.name = name;
    this.secrets = secrets;
  }

  signed(id: string, secret: string | Buffer = this.secrets[0] as string): string {
    return encodeURIComponent(`s:${signature.sign(id, secret as string)}`);
  }

  idOf(jar: Jar): string | undefined {
    const value = jar.cookies.get(this.name);
    return value && this.read(value)?.id;
  }

  /** The id in a cookie's value, and the place of the secret by which it is signed; undefined for anything else. */
  read(value: string): { id: string; secret: number } | undefined {
    const decoded = decodeURIComponent(value);
    const id = decoded.slice(2, decoded.lastIndexOf("."));
    const secret = this.secrets.findIndex((each) => this.signed(id, each) === value);
    return secret === -1 ? undefined : { id, secret };
  }
}
