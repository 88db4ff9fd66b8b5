/** A platform on which the built functions run, in a process of their own. */
export interface Target extends AsyncDisposable {
  name: string;
  /** Sends a request as somebody at `address` would; follows no redirect. */
  fetch(request: Request, address: string): Promise<Response>;
}

/** Where people open Kith: all targets stand behind this one origin, over TLS that ends before them. */
export const origin = "https://kith.test";

/** Lets an operator in. */
export const operatorSecret = "an-operator-of-tests-0123456789";
