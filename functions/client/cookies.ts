/** The cookies of one origin, as far as a program outside of browsers needs them: kept until the server takes them back. */
export function createCookies() {
  const kept = new Map<string, string>();
  return {
    /** The `Cookie` header; undefined while there are none. */
    get header(): string | undefined {
      return kept.size === 0 ? undefined : [...kept].map(([name, value]) => `${name}=${value}`).join("; ");
    },
    /** Keeps, or forgets, what a response sets. A browser keeps its cookies itself, and shows none here. */
    take(response: Response): void {
      for (const line of response.headers.getSetCookie()) {
        const [pair = "", ...attributes] = line.split(";");
        const [name = "", value = ""] = pair.split(/=(.*)/s).map((part) => part.trim());
        if (value === "" || attributes.some(isOver)) kept.delete(name);
        else kept.set(name, value);
      }
    },
  };
}

function isOver(attribute: string): boolean {
  const [name = "", value = ""] = attribute.split(/=(.*)/s).map((part) => part.trim());
  if (/^max-age$/i.test(name)) return Number(value) <= 0;
  return /^expires$/i.test(name) && Date.parse(value) <= Date.now();
}
